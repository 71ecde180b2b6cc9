/** How one side waits for the other when it is likely to answer soon. */
export interface PatienceOptions {
  /**
   * Looks in vain at the most before the event loop is asked instead, each a system call of a fraction of a microsecond; 0
   * always asks it. The default is that of whoever waits.
   */
  readonly maxSpins?: number;
}

/** What somebody who waits is like. */
export interface PatienceDefaults {
  readonly maxSpins: number;
  /** So often one that has given up tries again. */
  readonly tryAgain: number;
}

const DEFAULTS: PatienceDefaults = { maxSpins: 100, tryAgain: 64 };
/** Waits in a row that end without the event loop: then it has its turn, or timers would never run. */
const MOST_IN_A_ROW = 256;

/**
 * Decides how often a socket is asked again before the event loop is, which takes several microseconds to come back: longer
 * as long as the next message comes in the meantime, and in the end not at all when it does not.
 */
export class Patience {
  readonly #most: number;
  readonly #tryAgain: number;
  #limit: number;
  #inARow = 0;
  #skipped = 0;

  /** Throws RangeError for a number that is none of these. */
  constructor(options: PatienceOptions = {}, defaults: PatienceDefaults = DEFAULTS) {
    const { maxSpins = defaults.maxSpins } = options;
    Patience.check(options);
    this.#most = maxSpins;
    this.#tryAgain = defaults.tryAgain;
    this.#limit = maxSpins;
  }

  /** Throws RangeError for a number that is none of these. */
  static check({ maxSpins = 0 }: PatienceOptions = {}): void {
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
      if (this.#skipped === this.#tryAgain) {
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
