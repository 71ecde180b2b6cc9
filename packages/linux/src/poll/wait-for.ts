import { Errno } from '@mdevkit/uapi';
import { failure } from '../errors.js';
import { callFailed, libc, POLLIN, POLLOUT } from '../libc/index.js';

const maxTimeout = 2 ** 31 - 1;

/**
 * Blocks until the descriptor is ready or `timeoutMs` is over. It is ready as well when its other end is gone or it
 * has an error: the call that follows tells which.
 *
 * Throws `linux.timeout` for what is not 0 to 2^31-1 milliseconds, and `linux.call`.
 */
export function waitFor(
  fd: number,
  readable: boolean,
  writable: boolean,
  timeoutMs: number,
): boolean {
  if (!Number.isInteger(timeoutMs) || timeoutMs < 0 || timeoutMs > maxTimeout) {
    throw failure('linux.timeout', { timeoutMs });
  }
  const events = (readable ? POLLIN : 0) | (writable ? POLLOUT : 0);
  const end = performance.now() + timeoutMs;
  let left = timeoutMs;
  for (;;) {
    const answer = libc().poll(Int32Array.of(fd, events), 1, left);
    if (answer >= 0) {
      return answer > 0;
    }
    const errno = libc().errno();
    if (errno !== Errno.EINTR) {
      throw callFailed('poll', errno);
    }
    left = Math.max(0, Math.ceil(end - performance.now()));
  }
}
