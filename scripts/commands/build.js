import { ensureReady } from '../ensure/ready.js';

/**
 * `npm run build`: what every other command does first, and nothing else.
 *
 * @returns {Promise<number>}
 */
export function build() {
  return ensureReady();
}
