import { readdirSync } from 'node:fs';
import { inRoot } from '../root.js';
import { say } from '../say.js';
import { runProgramOfTree } from './run-program.js';

/**
 * `npm run example:NAME`: one of the programs in `examples`.
 *
 * @param {readonly string[]} args the example's folder, then what it is given
 * @returns {Promise<number>}
 */
export async function example([name = '', ...args]) {
  const names = readdirSync(inRoot('examples'));
  if (!names.includes(name)) {
    say(`there is no example "${name}"; there are: ${names.join(', ')}`);
    return 2;
  }
  return runProgramOfTree(`examples/${name}/dist/main.js`, ['--enable-source-maps'], args);
}
