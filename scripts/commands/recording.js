import { runProgramOfTree } from './run-program.js';

/**
 * `npm run recording`: shows recordings of mdevs, compares them, and replays them.
 *
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
export function recording(args) {
  return runProgramOfTree('packages/testing/dist/program/main.js', ['--enable-source-maps'], args);
}
