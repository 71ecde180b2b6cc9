import type { MdevError } from '@mdevkit/core';
import { failure } from '../../errors/index.js';
import { Fifo } from '../memory/index.js';

interface Waiter {
  readonly resolve: (tag: number) => void;
  readonly reject: (error: MdevError) => void;
}

/**
 * The tags of a LUN, `0 .. count - 1`: each names one request from its beginning until its result is taken. Who waits for one
 * is served in the order of arrival.
 *
 * Source: open-power/capiflash src/block/cflash_block_int.c, cblk_find_free_cmd.
 */
export class Tags {
  readonly count: number;
  readonly #free: number[];
  readonly #waiting = new Fifo<Waiter>();

  constructor(count: number) {
    this.count = count;
    this.#free = Array.from({ length: count }, (_, index) => count - 1 - index);
  }

  /** A free tag, or undefined; nobody overtakes those who wait. */
  take(): number | undefined {
    return this.#free.pop();
  }

  /** The next tag that is free, which may take as long as nobody takes results. */
  wait(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
  }

  /** Throws EAGAIN `cxlflash.would-block`. */
  requireFree(): number {
    const tag = this.take();
    if (tag === undefined) {
      throw failure('cxlflash.would-block', { requests: this.count });
    }
    return tag;
  }

  give(tag: number): void {
    const waiter = this.#waiting.shift();
    if (waiter === undefined) {
      this.#free.push(tag);
    } else {
      waiter.resolve(tag);
    }
  }

  /** Whoever waits now waits in vain. */
  refuse(error: MdevError): void {
    for (const { reject } of this.#waiting.takeAll()) {
      reject(error);
    }
  }
}
