import { MAX_ITEM_DEPTH, MAX_ITEM_PARTS } from './item-kinds.js';

/** What is wrong with the bytes of an item. */
export class ItemProblem extends Error {}

const INDEFINITE = 31;
/** Bytes of the head of a data item, at the most. */
const MAX_HEAD_BYTES = 9;

/**
 * Finds where a CBOR item ends, while its bytes come in pieces: each byte is looked at once, and nothing is allocated for an
 * item. What a recording never has is refused: tags, indefinite lengths, nesting beyond {@link MAX_ITEM_DEPTH}, more
 * than {@link MAX_ITEM_PARTS} values, and items beyond a limit of bytes.
 *
 * Source: RFC 8949, section 3; RFC 8742 for a sequence of items.
 */
export class ItemScanner {
  readonly #limit: number;
  /** Items that each level still waits for, the innermost last; empty between two items. */
  readonly #open: number[] = [];
  /** A head of which not all is there. */
  readonly #head = new DataView(new ArrayBuffer(MAX_HEAD_BYTES));
  #headBytes = 0;
  /** Bytes of text or of a byte string that are still to come. */
  #skip = 0;
  /** Bytes of the item until now, with those that are still to come of a string. */
  #length = 0;
  #parts = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Goes on with `bytes[at ..]`. Answers where the item ends in them, or undefined if it goes on behind them. After an end
   * the next item begins. Throws {@link ItemProblem}.
   */
  scan(bytes: Uint8Array, at: number): number | undefined {
    if (this.#open.length === 0 && this.#skip === 0) {
      this.#open.push(1);
      this.#length = 0;
      this.#parts = 0;
    }
    let cursor = at;
    while (this.#hasMore()) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, bytes.length - cursor);
        this.#skip -= skipped;
        cursor += skipped;
        if (this.#skip > 0) {
          return undefined;
        }
      } else {
        const byte = bytes[cursor];
        if (byte === undefined) {
          return undefined;
        }
        cursor += 1;
        this.#take(byte);
      }
    }
    return cursor;
  }

  /** Whether the item has anything to come; levels that are complete are left. */
  #hasMore(): boolean {
    while (this.#open.at(-1) === 0) {
      this.#open.pop();
    }
    return this.#skip > 0 || this.#open.length > 0;
  }

  /** One byte of a head. */
  #take(byte: number): void {
    this.#head.setUint8(this.#headBytes, byte);
    this.#headBytes += 1;
    const first = this.#head.getUint8(0);
    const low = first & 0x1f;
    if (low > 27) {
      throw new ItemProblem(
        low === INDEFINITE ? 'an item has no definite length' : 'an item has a reserved length',
      );
    }
    if (this.#headBytes === 1 + (low < 24 ? 0 : 2 ** (low - 24))) {
      this.#begin(first >> 5, low);
    }
  }

  /** A head is complete: what follows it is bytes, or items, or nothing. */
  #begin(major: number, low: number): void {
    const length = major >= 2 && major <= 5 ? this.#argument(low) : 0;
    const data = major === 2 || major === 3 ? length : 0;
    const children = major === 4 ? length : major === 5 ? length * 2 : 0;
    this.#length += this.#headBytes + data;
    this.#headBytes = 0;
    this.#parts += children;
    if (major === 6) {
      throw new ItemProblem('an item has a tag');
    }
    if (this.#parts > MAX_ITEM_PARTS) {
      throw new ItemProblem(`an item has more than ${MAX_ITEM_PARTS} values`);
    }
    if (this.#length > this.#limit) {
      throw new ItemProblem(`an item is longer than ${this.#limit} bytes`);
    }
    this.#open.push((this.#open.pop() ?? 1) - 1);
    this.#skip = data;
    if (children > 0) {
      this.#open.push(children);
      if (this.#open.length > MAX_ITEM_DEPTH) {
        throw new ItemProblem(`an item is nested deeper than ${MAX_ITEM_DEPTH}`);
      }
    }
  }

  #argument(low: number): number {
    switch (low) {
      case 24:
        return this.#head.getUint8(1);
      case 25:
        return this.#head.getUint16(1);
      case 26:
        return this.#head.getUint32(1);
      case 27:
        return this.#head.getUint32(1) * 2 ** 32 + this.#head.getUint32(5);
      default:
        return low;
    }
  }
}
