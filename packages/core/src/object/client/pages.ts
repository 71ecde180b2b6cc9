import { failure } from '../../errors/index.js';

/** Something that does not fit into one answer, piece by piece. */
export class Pages<T extends { readonly length: number }> {
  readonly parts: T[] = [];
  readonly #limit: number;
  #received = 0;
  #total = Infinity;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get received(): number {
    return this.#received;
  }

  get isWhole(): boolean {
    return this.#received >= this.#total;
  }

  /** Takes the next piece. Throws EPROTO `object.reply` for what would never end. */
  add(part: T, total: number): void {
    this.#received += part.length;
    // It may have become shorter since the piece before.
    this.#total = part.length === 0 ? Math.min(total, this.#received) : total;
    if (total > this.#limit || (part.length === 0 && this.#received < total)) {
      throw failure('object.reply', { received: this.#received, total });
    }
    this.parts.push(part);
  }
}
