/** Milliseconds between two lines, so that printing costs nothing. */
const INTERVAL_MS = 100;

/** Where lines go: a stream of the process, or what a test gives. */
export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Shows how far a job is on a terminal, in one line that is drawn over. Nothing is printed where nobody
 * watches.
 */
export class Progress {
  readonly #stream: Output;
  #bytes = 0;
  #shownAt = 0;

  constructor(stream: Output) {
    this.#stream = stream;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    const now = performance.now();
    if (this.#stream.isTTY === true && now - this.#shownAt > INTERVAL_MS) {
      this.#shownAt = now;
      this.#stream.write(`\r${(this.#bytes / 1e6).toFixed(1)} MB there and back`);
    }
  }

  end(): void {
    if (this.#stream.isTTY === true) {
      this.#stream.write('\r\u001b[K');
    }
  }
}
