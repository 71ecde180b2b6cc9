/** Ends waits that only a client can end, when there is no client any more. */
export class EndSignal {
  readonly #waits = new Set<() => void>();
  #isFired = false;

  /** Resolves when all of them have, or when the signal is fired. They must not reject. */
  async wait(promises: readonly Promise<void>[]): Promise<void> {
    if (this.#isFired) {
      return;
    }
    let end: () => void = () => undefined;
    const fired = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#waits.add(end);
    await Promise.race([Promise.all(promises), fired]);
    this.#waits.delete(end);
  }

  fire(): void {
    this.#isFired = true;
    for (const end of this.#waits) {
      end();
    }
  }
}
