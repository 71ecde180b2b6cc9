import { runProgramOfTree } from './run-program.js';

/**
 * `npm run soak`: mixed load on all drivers for some minutes.
 *
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
export function soak(args) {
  return runProgramOfTree('test/dist/soak/main.js', ['--expose-gc', '--enable-source-maps'], args);
}
