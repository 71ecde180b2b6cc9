import { runNode } from '../child.js';
import { ensureReady } from '../ensure/ready.js';
import { tools } from '../root.js';
import { say } from '../say.js';
import { missingPath, mochaArguments } from './specs.js';

/**
 * `npm test`: all tests, or those of the sources and folders that are named; options go to mocha.
 *
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
export async function test(args) {
  const missing = missingPath(args);
  if (missing !== undefined) {
    say(`${missing}: no such file or folder (paths are relative to the repository)`);
    return 2;
  }
  const code = await ensureReady();
  return code === 0 ? runNode([tools.mocha, '--fail-zero', ...mochaArguments(args)]) : code;
}
