import { runNode } from '../child.js';
import { ensureReady } from '../ensure/ready.js';
import { tools } from '../root.js';

/**
 * `npm run docs`: the reference of every package's public names, in `docs/api`.
 *
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
export async function docs(args) {
  const code = await ensureReady();
  return code === 0 ? runNode([tools.typedoc, ...args]) : code;
}
