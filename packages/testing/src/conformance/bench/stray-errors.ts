const CHANNELS = ['unhandledRejection', 'uncaughtException'] as const;

type Listener = (...values: unknown[]) => void;

/**
 * Takes what nobody has caught, in place of whoever listens for it in this process, until it is disposed: a driver that
 * lets something through fails its own check, and not the run. Ledgers of this kind nest.
 */
export class StrayErrors implements Disposable {
  /** What was thrown or rejected with, in order. */
  readonly errors: unknown[] = [];
  readonly #others: ReadonlyMap<(typeof CHANNELS)[number], readonly Listener[]>;
  readonly #onError = (error: unknown): void => {
    this.errors.push(error);
  };

  constructor() {
    this.#others = new Map(
      CHANNELS.map((channel) => [channel, process.listeners(channel as never) as Listener[]]),
    );
    for (const channel of CHANNELS) {
      process.removeAllListeners(channel);
      process.on(channel, this.#onError);
    }
  }

  [Symbol.dispose](): void {
    for (const [channel, listeners] of this.#others) {
      process.removeListener(channel, this.#onError);
      for (const listener of listeners) {
        process.on(channel, listener);
      }
    }
  }
}
