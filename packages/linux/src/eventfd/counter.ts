import { Errno } from '@mdevkit/uapi';
import { callFailed, libc, POLLOUT, RWF_NOWAIT } from '../libc/index.js';
import { NativeBuffer } from '../native/index.js';

const one = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);
const countAt = 16;
const roomSize = 24;

/** Adds 1. A counter that is full has been signalled already. Throws `linux.call`. */
export function addOne(fd: number): void {
  if (libc().write(fd, one, one.length) < 0) {
    const errno = libc().errno();
    if (errno !== Errno.EAGAIN) {
      throw callFailed('write', errno);
    }
  }
}

/** Where preadv2(2) finds its vector and puts the count. */
export class CounterRoom implements Disposable {
  readonly #memory = NativeBuffer.allocate(roomSize);
  readonly #view = this.#memory.view;
  readonly #address = this.#memory.address;

  constructor() {
    this.#view.setBigUint64(0, BigInt(this.#address + countAt), true);
    this.#view.setUint32(8, 8, true);
  }

  /**
   * Takes the count, 0 if there is none; a larger one than a number holds exactly is cut. Never blocks, whatever the
   * flags of the open file are: others may set them.
   *
   * Throws `linux.call`. Source: fs/eventfd.c, eventfd_read.
   */
  take(fd: number): number {
    if (libc().preadv2(fd, this.#address, 1, -1, RWF_NOWAIT) < 0) {
      const errno = libc().errno();
      if (errno === Errno.EAGAIN) {
        return 0;
      }
      throw callFailed('preadv2', errno);
    }
    const low = this.#view.getUint32(countAt, true);
    const high = this.#view.getUint32(countAt + 4, true);
    return Math.min(high * 2 ** 32 + low, Number.MAX_SAFE_INTEGER);
  }

  [Symbol.dispose](): void {
    this.#memory[Symbol.dispose]();
  }
}

/** Asks whether a counter has room for more, without blocking. */
export class RoomProbe {
  readonly #request: Int32Array;

  constructor(fd: number) {
    // A `struct pollfd`: the descriptor, what is asked and, in the upper half, what is answered.
    this.#request = Int32Array.of(fd, POLLOUT);
  }

  /** Whether it has, or is in error, which the next call tells. */
  hasRoom(): boolean {
    return libc().poll(this.#request, 1, 0) !== 0;
  }
}
