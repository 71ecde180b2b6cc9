import { checkSignal, unlessAborted } from './pause.js';

/**
 * One exchange after the other: a responder answers one request at a time, and what is signed depends on their order. An
 * exchange that fails does not keep the next one, and whoever waits for his turn can be called off.
 */
export class Turns {
  readonly #onTurn: () => void;
  #last: Promise<unknown> = Promise.resolve();

  /** `onTurn` is called before each of them. */
  constructor(onTurn: () => void = () => {}) {
    this.#onTurn = onTurn;
  }

  /** Runs when everything before it has settled. Rejects with ECANCELED `doe.spdm-cancelled` if it is called off before. */
  async take<T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
    const before = this.#last;
    const turn = (async () => {
      await before;
      checkSignal(signal);
      this.#onTurn();
      return run();
    })();
    this.#last = turn.then(
      () => undefined,
      () => undefined,
    );
    await unlessAborted(before, signal);
    return turn;
  }
}
