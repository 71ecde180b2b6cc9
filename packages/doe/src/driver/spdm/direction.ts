import { wipeSecrets, type DirectionKeys, type UpdatedSecret } from '../../abi/spdm/index.js';

/** What the next record of a direction is sealed with. */
export interface NextRecord {
  readonly keys: DirectionKeys;
  readonly sequence: number;
}

/** One direction of a session: its secret, the keys made of it, and how many records they have sealed. What is replaced is wiped. */
export class Direction {
  #current: UpdatedSecret | undefined;
  #sequence = 0;

  constructor(first: UpdatedSecret) {
    this.#current = first;
  }

  /** @throws RangeError if it was wiped: nothing is ever sealed with zeros */
  get secret(): Uint8Array {
    return this.#known().secret;
  }

  /** @throws RangeError if it was wiped */
  get next(): NextRecord {
    return { keys: this.#known().keys, sequence: this.#sequence };
  }

  /** The next record was sealed, or opened. */
  advance(): void {
    this.#sequence += 1;
  }

  /** Other keys, and records are counted anew. */
  renew(next: UpdatedSecret): void {
    this.wipe();
    this.#current = next;
    this.#sequence = 0;
  }

  wipe(): void {
    if (this.#current !== undefined) {
      wipeSecrets(this.#current);
      this.#current = undefined;
    }
  }

  #known(): UpdatedSecret {
    if (this.#current === undefined) {
      throw new RangeError('the session is over');
    }
    return this.#current;
  }
}
