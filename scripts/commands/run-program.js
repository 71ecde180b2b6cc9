import { existsSync } from 'node:fs';
import { runNode } from '../child.js';
import { ensureReady } from '../ensure/ready.js';
import { inRoot } from '../root.js';
import { say } from '../say.js';

/**
 * Builds, then runs one compiled program of this repository.
 *
 * @param {string} path the program, from the repository's folder
 * @param {readonly string[]} nodeOptions
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
export async function runProgramOfTree(path, nodeOptions, args) {
  const code = await ensureReady();
  if (code !== 0) {
    return code;
  }
  if (!existsSync(inRoot(path))) {
    say(`${path} does not exist`);
    return 1;
  }
  return runNode([...nodeOptions, inRoot(path), ...args]);
}
