import { disposeAll, type SessionAnswer } from '@mdevkit/control';
import type { HeldCommand } from '../answer.js';

/** A call that the device has not answered yet. Descriptors of an answer that nobody waits for are closed. */
export class HeldAnswer implements HeldCommand {
  readonly promise: Promise<() => number>;
  /** Came and was not put into the reply. */
  #unused: SessionAnswer | undefined;

  constructor(
    answer: Promise<SessionAnswer>,
    fill: (answer: SessionAnswer) => number,
    fillError: (error: unknown) => number,
  ) {
    this.promise = answer.then(
      (value) => {
        this.#unused = value;
        return () => {
          this.#unused = undefined;
          return fill(value);
        };
      },
      (error: unknown) => () => fillError(error),
    );
  }

  /** Comes when the reply has been sent, or will not be. */
  release(): void {
    const unused = this.#unused;
    this.#unused = undefined;
    disposeAll(unused?.ends ?? []);
  }

  forfeit(): void {
    this.release();
  }

  abandon(): void {
    // The call goes on, and `release` looks after what comes of it.
  }
}
