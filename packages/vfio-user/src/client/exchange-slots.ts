import type { Pending } from './exchange.js';

/** A power of two. A server holds back all but one of them, so more would only make its queue longer. */
export const MOST_IN_FLIGHT = 128;
const MASK = MOST_IN_FLIGHT - 1;
const IDS = 2 ** 16;

/** The commands that wait for their replies, by id. An id comes again as late as possible. */
export class ExchangeSlots {
  readonly #slots = new Array<Pending | undefined>(MOST_IN_FLIGHT).fill(undefined);
  #next = 0;
  #count = 0;

  get isFull(): boolean {
    return this.#count === MOST_IN_FLIGHT;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Gives it an id. There is a free one. */
  add(exchange: Pending): void {
    let id = this.#next;
    while (this.#slots[id & MASK] !== undefined) {
      id = (id + 1) % IDS;
    }
    this.#next = (id + 1) % IDS;
    this.#slots[id & MASK] = exchange;
    this.#count += 1;
    exchange.id = id;
  }

  /** Takes the one out that a reply belongs to; undefined if there is none. */
  take(id: number, command: number): Pending | undefined {
    const exchange = this.#slots[id & MASK];
    if (exchange?.id !== id || exchange.command !== command) {
      return undefined;
    }
    this.#slots[id & MASK] = undefined;
    this.#count -= 1;
    return exchange;
  }

  /** The one that has waited longest. */
  oldest(): Pending | undefined {
    let oldest: Pending | undefined;
    for (const exchange of this.#slots) {
      if (exchange !== undefined && (oldest === undefined || exchange.since < oldest.since)) {
        oldest = exchange;
      }
    }
    return oldest;
  }

  /** Takes all of them out. */
  clear(): Pending[] {
    const all = this.#slots.filter((exchange) => exchange !== undefined);
    this.#slots.fill(undefined);
    this.#count = 0;
    return all;
  }
}
