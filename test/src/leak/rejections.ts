/**
 * Rejections that nobody handles. Mocha hands each on to the other listeners of the process, and a test would pass that
 * leaves one; without any listener, as outside of mocha, Node ends the process.
 */
export class Rejections {
  /** By promise, because mocha tells the same one twice. */
  readonly #unhandled = new Map<Promise<unknown>, unknown>();

  watch(): void {
    process.on('unhandledRejection', (reason, promise) => {
      this.#unhandled.set(promise, reason);
    });
  }

  /** The reasons of those since the last call. */
  take(): readonly unknown[] {
    const reasons = [...this.#unhandled.values()];
    this.#unhandled.clear();
    return reasons;
  }
}
