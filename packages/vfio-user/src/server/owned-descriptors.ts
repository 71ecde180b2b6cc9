import { closeSync } from 'node:fs';

/** Descriptors that came with a command, until somebody takes them over. Disposing it closes the rest. */
export class OwnedDescriptors implements Disposable {
  readonly #fds: (number | undefined)[];

  constructor(fds: readonly number[]) {
    this.#fds = [...fds];
  }

  /** How many came, whether they are taken or not. */
  get length(): number {
    return this.#fds.length;
  }

  /** The number of one that is still owned here, to look at. Undefined if it was taken, or never came. */
  peek(index: number): number | undefined {
    return this.#fds[index];
  }

  /** Hands one over: the caller closes it from now on. Undefined if it was taken, or never came. */
  take(index: number): number | undefined {
    const fd = this.#fds[index];
    if (fd !== undefined) {
      this.#fds[index] = undefined;
    }
    return fd;
  }

  [Symbol.dispose](): void {
    for (let index = 0; index < this.#fds.length; index++) {
      const fd = this.take(index);
      if (fd !== undefined) {
        closeSync(fd);
      }
    }
  }
}
