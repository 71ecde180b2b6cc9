/** How a client looks for a reply before it leaves that to the event loop. */
export interface ClientPollingOptions {
  /** Looks at the socket, each a system call of a fraction of a microsecond; 0 turns polling off. Default: 256. */
  readonly maxSpins?: number;
}

/** Longer than a server needs that has to be woken: its first answers come in some 30 microseconds. */
const DEFAULT_SPINS = 256;
/** Waits in a row that end while polling: then the event loop has its turn, or timers would never run. */
const MOST_IN_A_ROW = 256;
/** So often a client that has given polling up tries again. */
const TRY_AGAIN = 128;

/**
 * How long polling is worth it: longer as long as replies come in the meantime, shorter and in the end not at all when
 * they do not.
 */
export class AdaptiveSpin {
  readonly #most: number;
  #limit: number;
  #inARow = 0;
  #skipped = 0;

  constructor({ maxSpins = DEFAULT_SPINS }: ClientPollingOptions = {}) {
    if (!Number.isSafeInteger(maxSpins) || maxSpins < 0) {
      throw new RangeError(`maxSpins is a whole number from 0, not ${maxSpins}`);
    }
    this.#most = maxSpins;
    this.#limit = maxSpins;
  }

  /** How often to look now. */
  get limit(): number {
    if (this.#inARow >= MOST_IN_A_ROW) {
      this.#inARow = 0;
      return 0;
    }
    if (this.#limit === 0 && this.#most > 0) {
      this.#skipped += 1;
      if (this.#skipped === TRY_AGAIN) {
        this.#skipped = 0;
        return this.#most;
      }
    }
    return this.#limit;
  }

  /** The reply came while it was looked for. */
  paid(): void {
    this.#inARow += 1;
    this.#limit = Math.min(this.#most, this.#limit * 2 + 1);
  }

  /** It did not. */
  wasted(): void {
    this.#inARow = 0;
    this.#limit >>= 1;
  }
}
