import { type HostLine } from '@mdevkit/example-serial';
import { withDeadline } from '../support/index.js';

const LIMIT_MS = 60_000;

/** The host's end of a serial line: keeps what comes, and sends as fast as the line takes it. */
export class LineEnd implements Disposable {
  readonly #line: HostLine;
  readonly #watch: Disposable;
  readonly #bytes: number[] = [];
  #told: () => void = () => undefined;

  constructor(line: HostLine) {
    this.#line = line;
    this.#watch = line.onTransmitted((character) => {
      this.#bytes.push(character);
      this.#told();
    });
  }

  /** The first `count` characters that have come, when there are so many. */
  async received(count: number): Promise<Buffer> {
    const enough = new Promise<void>((resolve) => {
      this.#told = (): void => {
        if (this.#bytes.length >= count) {
          resolve();
        }
      };
      this.#told();
    });
    await withDeadline(enough, LIMIT_MS, () => {
      return new Error(`${this.#bytes.length} of ${count} characters have come`);
    });
    return Buffer.from(this.#bytes.slice(0, count));
  }

  /** Resolves when the other side has taken all of it. */
  async send(bytes: Uint8Array): Promise<void> {
    let sent = this.#line.send(bytes);
    while (sent < bytes.length) {
      await this.#drained();
      sent += this.#line.send(bytes.subarray(sent));
    }
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
  }

  async #drained(): Promise<void> {
    let watch: Disposable | undefined;
    const drained = new Promise<void>((resolve) => {
      watch = this.#line.onDrained(resolve);
    });
    try {
      await withDeadline(drained, LIMIT_MS, () => new Error('the line is not read'));
    } finally {
      watch?.[Symbol.dispose]();
    }
  }
}
