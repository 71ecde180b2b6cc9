/** Who began a trouble that lasts: the rule, and which call it struck. */
export interface Culprit {
  readonly rule: number;
  readonly nth: number;
}

/** The link of a device to its client, which a plan may take down. */
export class Link {
  #downUntil = Number.NEGATIVE_INFINITY;
  #culprit: Culprit = { rule: 0, nth: 0 };

  get culprit(): Culprit {
    return this.#culprit;
  }

  isDown(now: number): boolean {
    return now < this.#downUntil;
  }

  takeDown(until: number, culprit: Culprit): void {
    this.#downUntil = Math.max(this.#downUntil, until);
    this.#culprit = culprit;
  }

  /** Also: a reset has brought it up again. */
  bringUp(): void {
    this.#downUntil = Number.NEGATIVE_INFINITY;
  }
}

/** Memory that is short, for a number of calls. */
export class Pressure {
  #calls = 0;
  #culprit: Culprit = { rule: 0, nth: 0 };

  get culprit(): Culprit {
    return this.#culprit;
  }

  begin(calls: number, culprit: Culprit): void {
    this.#calls = Math.max(this.#calls, calls);
    this.#culprit = culprit;
  }

  /** Whether a call that allocates is refused; it counts then. */
  refuses(): boolean {
    if (this.#calls === 0) {
      return false;
    }
    this.#calls -= 1;
    return true;
  }
}
