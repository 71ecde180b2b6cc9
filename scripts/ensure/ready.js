import { ensureBuilt } from './build.js';
import { ensureInstalled } from './install.js';

/**
 * Dependencies installed and everything built: what a command needs before it runs.
 *
 * @returns {Promise<number>} 0, or the exit code of the step that failed
 */
export async function ensureReady() {
  const code = await ensureInstalled();
  return code === 0 ? ensureBuilt() : code;
}
