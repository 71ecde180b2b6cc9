import { Emitter, MdevError, type DescriptorOperations, type ReadTarget } from '@mdevkit/core';
import { POLLIN, POLLRDNORM } from '@mdevkit/uapi';

/** Texts that wait at the most: a client that does not read loses the oldest. */
const MOST = 16;
const NOTHING = new Uint8Array();

interface Waiting {
  readonly target: ReadTarget;
  readonly resolve: (length: number) => void;
  readonly reject: (error: unknown) => void;
}

/** What stands behind a descriptor of FEED: each read gives one text. */
export class Feed implements DescriptorOperations {
  readonly #texts: Uint8Array[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #changes = new Emitter<undefined>(() => undefined);

  push(text: Uint8Array): void {
    this.#texts.push(text);
    if (this.#texts.length > MOST) {
      this.#texts.shift();
    }
    this.#serve();
    this.#changes.fire(undefined);
  }

  poll(): number {
    return this.#texts.length === 0 ? 0 : POLLIN | POLLRDNORM;
  }

  onChange(callback: () => void): Disposable {
    return this.#changes.on(callback);
  }

  read(target: ReadTarget, nonBlocking: boolean): number | Promise<number> {
    const text = this.#texts[0];
    if (text !== undefined) {
      return this.#give(text, target);
    }
    if (nonBlocking) {
      throw new MdevError('EAGAIN', 'box.empty', 'nothing was put into the box');
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ target, resolve, reject });
    });
  }

  closed(): void {
    for (const { reject } of this.#waiting.splice(0)) {
      reject(new MdevError('EBADF', 'box.closed', 'the feed was closed'));
    }
  }

  /** A text that does not reach its reader stays. */
  #give(text: Uint8Array, target: ReadTarget): number {
    if (text.length > target.length) {
      throw new MdevError('EINVAL', 'box.room', 'the text is longer than the buffer');
    }
    target.copy(text, NOTHING);
    this.#texts.shift();
    return text.length;
  }

  #serve(): void {
    for (let text = this.#texts[0]; text !== undefined; text = this.#texts[0]) {
      const reader = this.#waiting.shift();
      if (reader === undefined) {
        return;
      }
      try {
        reader.resolve(this.#give(text, reader.target));
      } catch (error) {
        reader.reject(error);
      }
    }
  }
}
