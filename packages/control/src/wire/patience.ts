/** How one side waits for the other when it is likely to answer soon. */
export interface PatienceOptions {
  /** Receives in vain at the most before the event loop is asked instead; 0 always asks it. Default 100. */
  readonly maxSpins?: number;
}

const DEFAULT_SPINS = 100;
/** So often somebody who has given up tries again. */
const TRY_AGAIN = 64;
/** Waits in a row that end without the event loop: then it has its turn, or timers would never run. */
const MOST_IN_A_ROW = 256;

/**
 * Decides how often a socket is asked again before the event loop is, which takes several microseconds to come back: longer
 * as long as the next message comes in the meantime, and in the end not at all when it does not.
 */
export class Patience {
  readonly #most: number;
  #limit: number;
  #inARow = 0;
  #skipped = 0;

  /** Throws RangeError for a number that is none of these. */
  constructor(options: PatienceOptions = {}) {
    const { maxSpins = DEFAULT_SPINS } = options;
    Patience.check(options);
    this.#most = maxSpins;
    this.#limit = maxSpins;
  }

  /** Throws RangeError for a number that is none of these. */
  static check({ maxSpins = DEFAULT_SPINS }: PatienceOptions = {}): void {
    if (!Number.isSafeInteger(maxSpins) || maxSpins < 0) {
      throw new RangeError(`maxSpins is ${maxSpins}: it must be a whole number, 0 or more`);
    }
  }

  /** How often to look now. */
  get limit(): number {
    if (this.#inARow >= MOST_IN_A_ROW) {
      this.#inARow = 0;
      return 0;
    }
    if (this.#limit === 0 && this.#most > 0) {
      this.#skipped++;
      if (this.#skipped === TRY_AGAIN) {
        this.#skipped = 0;
        return this.#most;
      }
    }
    return this.#limit;
  }

  /** What was waited for came while it was looked for. */
  paid(): void {
    this.#inARow++;
    this.#limit = Math.min(this.#most, this.#limit * 2 + 1);
  }

  /** It did not. */
  wasted(): void {
    this.#inARow = 0;
    this.#limit >>= 1;
  }
}
