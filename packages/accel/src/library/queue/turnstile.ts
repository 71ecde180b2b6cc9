/** Lets one in at a time, in the order of arrival. */
export class Turnstile {
  #taken = false;
  readonly #waiting: (() => void)[] = [];

  /** Waits for one's turn; undefined if it is there already, which costs no promise. */
  enter(): Promise<void> | undefined {
    if (!this.#taken) {
      this.#taken = true;
      return undefined;
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Ends one's turn. */
  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#taken = false;
    } else {
      next();
    }
  }
}
