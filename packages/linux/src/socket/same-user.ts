import type { PeerCredentials } from '../libc/index.js';

/**
 * Whether a peer is of the same user, or root: whoever else may open a socket is not asked to use what is behind it.
 *
 * Source: unix(7), SO_PEERCRED.
 */
export function isSameUser({ uid }: PeerCredentials): boolean {
  return uid === 0 || uid === process.getuid?.();
}
