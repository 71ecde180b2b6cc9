import { runProgramOfTree } from './run-program.js';

/**
 * `npm start`: the first example.
 *
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
export function start(args) {
  return runProgramOfTree('examples/start/dist/main.js', ['--enable-source-maps'], args);
}
