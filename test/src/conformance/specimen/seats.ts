import { MdevError, Scope, toDisposable } from '@mdevkit/core';
import { inject, injectable } from 'inversify';

/** Partitions of a parent: as many as it has mdevs at the most. */
export const SEATS = 4;

/** A service of the parent, which its mdevs share. */
@injectable()
export class Seats {
  readonly #free = { seat: SEATS, plate: SEATS };

  constructor(@inject(Scope) scope: Scope) {
    scope.add(
      toDisposable(() => {
        this.#free.seat = 0;
        this.#free.plate = 0;
      }),
    );
  }

  /** One of a kind, until it is disposed. Throws EBUSY if there is none. */
  take(kind: 'seat' | 'plate'): Disposable {
    if (this.#free[kind] === 0) {
      throw new MdevError('EBUSY', 'specimen.seats', `the parent has no ${kind} left`);
    }
    this.#free[kind] -= 1;
    return toDisposable(() => {
      this.#free[kind] += 1;
    });
  }
}
