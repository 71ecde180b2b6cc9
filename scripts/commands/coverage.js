import { runNode } from '../child.js';
import { ensureReady } from '../ensure/ready.js';
import { tools } from '../root.js';
import { mochaArguments } from './specs.js';
import { typesOnlySources } from './types-only.js';

/** What is not a product source, although it stands beside one. */
const testCode = ['**/*.test.ts', '**/*.test.*.ts', '**/*.test-support.ts', '**/write-docs.ts'];

/**
 * `npm run coverage`: all tests, and how much of the packages' sources they reach; the floor is in
 * `.c8rc.json`.
 *
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
export async function coverage(args) {
  const code = await ensureReady();
  if (code !== 0) {
    return code;
  }
  const excluded = [...testCode, ...typesOnlySources()].map((path) => `--exclude=${path}`);
  return runNode([tools.c8, ...excluded, 'node', tools.mocha, ...mochaArguments(args)]);
}
