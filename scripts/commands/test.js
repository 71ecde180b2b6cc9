import { runNode } from '../child.js';
import { ensureReady } from '../ensure/ready.js';
import { tools } from '../root.js';
import { mochaArguments } from './specs.js';

/**
 * `npm test`: all tests, or those of the sources and folders that are named; options go to mocha.
 *
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
export async function test(args) {
  const code = await ensureReady();
  return code === 0 ? runNode([tools.mocha, ...mochaArguments(args)]) : code;
}
