import { MdevError } from '../../errors/index.js';
import type { ObjectDescriptor } from '../../object/descriptor.js';
import { whenReady } from './shared-ready.js';

const NON_BLOCKING = { nonBlocking: true };

type Step<T> = IteratorResult<T, undefined>;

const DONE = { done: true, value: undefined } as const;

/**
 * The events of a descriptor, one read for each. Ends once nothing is left behind the descriptor (EIO), or it is closed
 * (EBADF). Leaving the loop, or `return`, leaves the descriptor open and takes no event from it: a reader that waits only
 * waits, and reads what is there. Another error of a read is thrown, and the next step reads again.
 *
 * @param decode - makes an event of its bytes, which are valid only until it returns
 * @param bufferSize - bytes of the largest event
 */
export function iterateDescriptor<T>(
  descriptor: ObjectDescriptor,
  decode: (bytes: Uint8Array) => T,
  bufferSize: number,
): AsyncIterableIterator<T, undefined> {
  return new DescriptorIterator(descriptor, decode, new Uint8Array(bufferSize));
}

class DescriptorIterator<T> implements AsyncIterableIterator<T, undefined> {
  readonly #descriptor: ObjectDescriptor;
  readonly #decode: (bytes: Uint8Array) => T;
  readonly #buffer: Uint8Array;
  #ended = false;
  /** Ends the wait that is under way. */
  #wake: (() => void) | undefined;
  /** The last step; there is one buffer, so they take turns. */
  #last: Promise<unknown> = Promise.resolve();
  /** Steps that have not ended. */
  #steps = 0;

  constructor(descriptor: ObjectDescriptor, decode: (bytes: Uint8Array) => T, buffer: Uint8Array) {
    this.#descriptor = descriptor;
    this.#decode = decode;
    this.#buffer = buffer;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Step<T>> {
    this.#steps += 1;
    const step = this.#steps === 1 ? this.#step() : this.#after(this.#last);
    this.#last = step;
    return step;
  }

  return(): Promise<Step<T>> {
    this.#ended = true;
    this.#wake?.();
    return Promise.resolve(DONE);
  }

  async #after(last: Promise<unknown>): Promise<Step<T>> {
    await last.catch(() => undefined);
    return this.#step();
  }

  async #step(): Promise<Step<T>> {
    try {
      const length = this.#ended ? undefined : await this.#read();
      return length === undefined
        ? DONE
        : { done: false, value: this.#decode(this.#buffer.subarray(0, length)) };
    } finally {
      this.#steps -= 1;
    }
  }

  /** Length of the next event; undefined at the end. An event that is read after a `return` was taken, and is not lost. */
  async #read(): Promise<number | undefined> {
    for (;;) {
      try {
        return await this.#descriptor.read(this.#buffer, NON_BLOCKING);
      } catch (error) {
        await this.#recover(error);
      }
      if (this.#ended) {
        return undefined;
      }
    }
  }

  /** Waits if there is nothing to read, ends if there will be nothing more, and throws any other error. */
  async #recover(error: unknown): Promise<void> {
    const code = MdevError.is(error) ? error.code : undefined;
    if (code === 'EIO' || code === 'EBADF') {
      this.#ended = true;
    } else if (code !== 'EAGAIN') {
      throw error;
    } else if (!this.#ended) {
      await this.#ready().catch((failed: unknown) => this.#recover(failed));
    }
  }

  /** `ready` of the descriptor, or until `return`. */
  #ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = whenReady(this.#descriptor, { resolve, reject });
      this.#wake = (): void => {
        waiting[Symbol.dispose]();
        resolve();
      };
    });
  }
}
