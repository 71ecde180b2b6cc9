import type { Holding } from './holding.js';
import type { Trace } from './trace.js';

const firstPruning = 1024;

/**
 * What was made since the last boundary. Boundaries are the points where the owner of what was made
 * becomes known: the end of a test, the end of the `before` hooks of a suite, the end of a suite.
 */
export class Ledger {
  #entries: Holding[] = [];
  #pruneAt = firstPruning;

  add(holding: Holding): void {
    this.#entries.push(holding);
    if (this.#entries.length >= this.#pruneAt) {
      this.#entries = held(this.#entries);
      this.#pruneAt = Math.max(firstPruning, 2 * this.#entries.length);
    }
  }

  /** Whether anything made since the last boundary is still there. Allocates nothing. */
  hasHeld(): boolean {
    return this.#entries.some(isHeld);
  }

  /** Where the handle that has the descriptor `fd` was made, whether or not it is held as such. */
  originOf(fd: number): Trace | undefined {
    return this.#entries.find((holding) => holding.descriptor?.() === fd)?.trace;
  }

  /** Hands over what is still there, and begins the next span. */
  take(): Holding[] {
    const taken = held(this.#entries);
    this.#entries = [];
    this.#pruneAt = firstPruning;
    return taken;
  }
}

function isHeld(holding: Holding): boolean {
  return holding.isHeld();
}

/** Those of `holdings` that were not given back. */
export function held(holdings: readonly Holding[]): Holding[] {
  return holdings.filter(isHeld);
}
