/** Registers that a client may take turns in reading, at the most, and still spin. */
export const LONGEST_CYCLE = 4;

/**
 * A read, as far as it can repeat: the same place with the same value. Equal reads are equal in all members; `low` and
 * `high` are the halves of the value.
 */
export interface RepeatedRead {
  region: number;
  offset: number;
  length: number;
  low: number;
  high: number;
  /** When it was, in ms of the clock; does not count for equality. */
  at: number;
}

/**
 * Finds out whether the last reads go round: whether each is the one that came 1, 2, 3 or 4 reads before. Allocates nothing
 * for a read.
 */
export class Cycles {
  /** The last reads, the next one takes the oldest place. */
  readonly #last: RepeatedRead[] = Array.from({ length: LONGEST_CYCLE }, none);
  /** By length of a cycle - 1: how many reads in a row were the one a cycle before. */
  readonly #matches = new Array<number>(LONGEST_CYCLE).fill(0);
  /** By length of a cycle - 1: when the first of them was read for the first time. */
  readonly #since = new Array<number>(LONGEST_CYCLE).fill(0);
  #next = 0;

  /** The client read. Takes a copy. */
  add(read: Readonly<RepeatedRead>): void {
    for (let length = 1; length <= LONGEST_CYCLE; length += 1) {
      if (!this.goesOn(length, read)) {
        this.#matches[length - 1] = 0;
        continue;
      }
      if (this.#matchesOf(length) === 0) {
        this.#since[length - 1] = this.#before(length)?.at ?? 0;
      }
      this.#matches[length - 1] = this.#matchesOf(length) + 1;
    }
    const place = this.#last[this.#next];
    if (place !== undefined) {
      Object.assign(place, read);
    }
    this.#next = (this.#next + 1) % LONGEST_CYCLE;
  }

  /** The client did something else. */
  clear(): void {
    this.#matches.fill(0);
    this.#last.forEach((read) => {
      read.length = 0;
    });
  }

  /** Whether `read`, as the next one, is the one `length` reads before. */
  goesOn(length: number, read: Readonly<RepeatedRead>): boolean {
    const before = this.#before(length);
    return before !== undefined && isSame(before, read);
  }

  /** How often the last `length` reads came in a row; 1 if they do not repeat. */
  rounds(length: number): number {
    return Math.floor(this.#matchesOf(length) / length) + 1;
  }

  /** When the first read of the first round was, in ms of the clock. */
  since(length: number): number {
    return this.#since[length - 1] ?? 0;
  }

  /** The last `length` reads, the oldest first: one round. */
  round(length: number): readonly Readonly<RepeatedRead>[] {
    return Array.from({ length }, (_, index) => this.#before(length - index) ?? none());
  }

  #matchesOf(length: number): number {
    return this.#matches[length - 1] ?? 0;
  }

  #before(reads: number): RepeatedRead | undefined {
    return this.#last[(this.#next - reads + LONGEST_CYCLE) % LONGEST_CYCLE];
  }
}

function none(): RepeatedRead {
  return { region: 0, offset: 0, length: 0, low: 0, high: 0, at: 0 };
}

function isSame(a: Readonly<RepeatedRead>, b: Readonly<RepeatedRead>): boolean {
  return (
    a.region === b.region &&
    a.offset === b.offset &&
    a.length === b.length &&
    a.low === b.low &&
    a.high === b.high
  );
}
