/** One walk over the states of a migration, which a reset may give up while it waits for the model. */
export class Walk {
  #giveUp: (error: Error) => void = () => undefined;
  readonly #givenUp: Promise<never>;

  constructor() {
    this.#givenUp = new Promise<never>((_resolve, reject) => {
      this.#giveUp = reject;
    });
    // Nobody may be waiting when it is given up.
    this.#givenUp.catch(() => undefined);
  }

  /** Ends the wait that is under way, and every later one, with this error. */
  giveUp(error: Error): void {
    this.#giveUp(error);
  }

  /** What the model answers, unless the walk is given up first. */
  await<T>(answer: Promise<T>): Promise<T> {
    return Promise.race([this.#givenUp, answer]);
  }
}
