/** Who began a trouble that lasts: the rule, and which call it struck. */
export interface Culprit {
  readonly rule: number;
  readonly nth: number;
}

/** A time for which the link is down. */
interface Outage {
  readonly until: number;
  readonly culprit: Culprit;
}

/** The link of a device to its client, which a plan may take down. */
export class Link {
  /** The newest last. One that would be over before a newer one is left out, so the first ends last. */
  #outages: readonly Outage[] = [];
  #marked: readonly Outage[] = [];

  isDown(now: number): boolean {
    const [longest] = this.#outages;
    return longest !== undefined && now < longest.until;
  }

  /** Who has taken it down last; undefined while it is up. */
  culprit(now: number): Culprit | undefined {
    return this.#outages.findLast(({ until }) => now < until)?.culprit;
  }

  takeDown(until: number, culprit: Culprit): void {
    const longer = this.#outages.filter((outage) => outage.until > until);
    this.#outages = [...longer, { until, culprit }];
  }

  /** A reset is asked for: should it come to that, what is now is over, and what begins from here on is not. */
  mark(): void {
    this.#marked = this.#outages;
  }

  /** What was at the mark is over. */
  bringUp(): void {
    const marked = new Set(this.#marked);
    this.#outages = this.#outages.filter((outage) => !marked.has(outage));
    this.#marked = [];
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
