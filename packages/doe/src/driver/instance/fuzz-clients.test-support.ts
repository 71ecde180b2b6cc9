/** Where the first of two instances lies; the second follows. */
export const FIRST = 0x100;
/** Bytes of an instance. */
export const SPAN = 0x18;

/** Both instances and some bytes before and behind. */
const LOW = FIRST - 8;
const HIGH = FIRST + 2 * SPAN + 8;

/** One access of a client to config space. */
export interface Access {
  readonly offset: number;
  readonly width: number;
  readonly value: number;
  readonly kind: 'read' | 'write';
}

/** Numbers that follow from a seed (xorshift32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0 || 1;
  }

  word(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x >>> 0;
  }

  below(bound: number): number {
    return this.word() % bound;
  }

  pick<T>(list: readonly T[], otherwise: T): T {
    return list[this.below(list.length)] ?? otherwise;
  }
}

/** Two clients that know nothing of each other; one goes on for some time, then the other. */
export class FuzzClients {
  readonly #random: Random;
  readonly #queues: readonly Access[][] = [[], []];
  #turn = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** One of two clients goes on, or anything at all. */
  next(): Access {
    const random = this.#random;
    if (random.below(40) === 0) {
      this.#turn = 1 - this.#turn;
    }
    const queue = this.#queues[this.#turn] ?? [];
    if (queue.length === 0) {
      this.#plan(queue);
    }
    const planned = random.below(12) === 0 ? undefined : queue.pop();
    return planned ?? this.#anything();
  }

  #anything(): Access {
    const random = this.#random;
    const width = random.pick([1, 2, 4, 4, 4, 4, 8, 3, 12], 4);
    const offset =
      random.below(3) === 0
        ? LOW + random.below(HIGH - LOW - width)
        : FIRST + 4 * random.below((2 * SPAN) / 4);
    const value = random.pick([0, 1, 2, 0x8000_0000, random.word()], 0);
    return { offset, width, value, kind: random.below(2) === 0 ? 'read' : 'write' };
  }

  /** What a client wants to do next, last access first. */
  #plan(queue: Access[]): void {
    const random = this.#random;
    const at = FIRST + SPAN * random.below(2);
    const whole = (offset: number, value: number): Access => ({
      offset: at + offset,
      width: 4,
      value,
      kind: 'write',
    });
    switch (random.below(5)) {
      case 0:
        queue.push(whole(8, 1 | (random.word() & 0xa)));
        break;
      case 1:
        queue.push(whole(0xc, 2));
        break;
      case 2:
        for (let words = random.below(8); words > 0; words--) {
          queue.push(whole(0x14, random.word()));
        }
        break;
      default: {
        const words = random.below(20) === 0 ? 40 : 2 + random.below(6);
        queue.push(whole(8, 0x8000_0000 | (random.word() & 0xa)));
        for (let index = words - 1; index >= 0; index--) {
          const said = words + (random.below(8) === 0 ? 1 : 0);
          queue.push(whole(0x10, index === 1 ? said : random.word()));
        }
        if (random.below(2) === 0) {
          queue.push(whole(8, 1));
        }
      }
    }
  }
}
