/** Called before each step of a creation or destruction; a test lets it throw. */
export type Step = (name: string) => void;

/**
 * What one object has taken from its device. It is taken step by step, and given back newest first: when the object is
 * destroyed, or when a later step of its creation fails.
 */
export class Holdings {
  readonly #step: Step;
  readonly #undo: (() => void)[] = [];

  constructor(step: Step) {
    this.#step = step;
  }

  /** Takes something. If `take` throws, nothing was taken. */
  take<T>(name: string, take: () => T, giveBack: (taken: T) => void): T {
    this.#step(`take ${name}`);
    const taken = take();
    this.#undo.push(() => {
      giveBack(taken);
    });
    return taken;
  }

  /** Makes an object out of what is taken; if that fails, nothing is left of it. */
  build<T>(make: () => T): T {
    try {
      const made = make();
      this.#step('finish');
      return made;
    } catch (error) {
      this.#giveBack();
      throw error;
    }
  }

  /** Gives everything back. What may refuse has refused before; if a step throws, the object is as it was. */
  release(): void {
    this.#step('release');
    this.#giveBack();
  }

  #giveBack(): void {
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) {
      undo();
    }
  }
}
