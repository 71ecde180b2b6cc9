import { runProgramOfTree } from './run-program.js';

/**
 * `npm run bench`: the benchmarks, with a collector that they can call between measurements.
 *
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
export function bench(args) {
  return runProgramOfTree('test/dist/bench/main.js', ['--expose-gc'], args);
}
