import { runProgramOfTree } from './run-program.js';

/**
 * `npm run fuzz`: mutated messages against the vfio-user server and client; with `--doe N`, DOE instead.
 *
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
export function fuzz(args) {
  return runProgramOfTree('test/dist/fuzz/main.js', ['--expose-gc', '--enable-source-maps'], args);
}
