import { isThenable } from './model-guard.js';

/** One call of a handler, which may answer after the caller has lost patience. */
export class Attempt {
  readonly #handler: () => void | Promise<void>;
  #outcome: 'pending' | 'done' | 'failed' = 'pending';
  #settle: () => void = () => undefined;
  /** Settles, and never rejects, when the handler has answered. */
  readonly answered: Promise<void>;

  constructor(handler: () => void | Promise<void>) {
    this.#handler = handler;
    this.answered = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  get outcome(): 'pending' | 'done' | 'failed' {
    return this.#outcome;
  }

  /** Calls the handler, once; asynchronous only if the handler is. */
  run(): void | Promise<void> {
    try {
      const answer = this.#handler();
      if (isThenable(answer)) {
        return this.#follow(Promise.resolve(answer));
      }
      this.#end('done');
    } catch (error) {
      this.#end('failed');
      throw error;
    }
  }

  async #follow(answer: Promise<void>): Promise<void> {
    try {
      await answer;
      this.#end('done');
    } catch (error) {
      this.#end('failed');
      throw error;
    }
  }

  #end(outcome: 'done' | 'failed'): void {
    this.#outcome = outcome;
    this.#settle();
  }
}
