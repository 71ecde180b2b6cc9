/** How many nonces are remembered, unless said otherwise. */
const MOST_NONCES = 4096;

/**
 * Nonces of devices whose answers were genuine. A device takes a fresh one for each answer, so one that comes again says
 * that the answer is a copy of an old one. Shared by attestations, it recognizes copies from earlier connections; the
 * oldest are forgotten.
 */
export class SeenNonces {
  readonly #most: number;
  readonly #seen = new Set<string>();

  /** `most`: at least 1. */
  constructor(most: number = MOST_NONCES) {
    if (!Number.isInteger(most) || most < 1) {
      throw new RangeError(`at least one nonce has to be remembered, not ${most}`);
    }
    this.#most = most;
  }

  has(nonce: Uint8Array): boolean {
    return this.#seen.has(keyOf(nonce));
  }

  add(nonce: Uint8Array): void {
    this.#seen.add(keyOf(nonce));
    for (const oldest of this.#seen) {
      if (this.#seen.size <= this.#most) {
        return;
      }
      this.#seen.delete(oldest);
    }
  }
}

function keyOf(nonce: Uint8Array): string {
  return Buffer.from(nonce).toString('hex');
}
