import { BREAK } from './line.js';

/** Characters that the receiver of a 16550 holds in FIFO mode. */
const FIFO_DEPTH = 16;

/**
 * The receiver of a 16550: a FIFO of 16 characters, or a buffer of one. A break is stored as a zero byte
 * with a mark, so that the mark can be told when the byte is the next to be read.
 *
 * Source: PC16550D data sheet, line status register and FIFO control register.
 */
export class ReceiveFifo {
  readonly #characters = new Uint16Array(FIFO_DEPTH);
  #head = 0;
  #count = 0;
  #depth = 1;

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count === this.#depth;
  }

  get hasFifo(): boolean {
    return this.#depth > 1;
  }

  /** Whether the next character is a break that {@link acknowledge} has not been called for. */
  get isBreakNext(): boolean {
    return this.#count > 0 && this.#at(0) === BREAK;
  }

  /** Whether there is any such break. */
  get hasBreak(): boolean {
    for (let i = 0; i < this.#count; i++) {
      if (this.#at(i) === BREAK) {
        return true;
      }
    }
    return false;
  }

  /** Switches between FIFO and buffer; empties both. */
  setFifo(enabled: boolean): void {
    this.#depth = enabled ? FIFO_DEPTH : 1;
    this.clear();
  }

  clear(): void {
    this.#count = 0;
  }

  /**
   * Takes a character. One too many is lost in FIFO mode, and takes the place of the one before in the
   * other; `false` says that it was one too many.
   */
  push(character: number): boolean {
    const overrun = this.isFull;
    if (overrun && this.hasFifo) {
      return false;
    }
    if (overrun) {
      this.#count = 0;
    }
    this.#characters[(this.#head + this.#count) % FIFO_DEPTH] = character;
    this.#count += 1;
    return !overrun;
  }

  /** The next byte, 0 for a break and when there is none. */
  shift(): number {
    if (this.#count === 0) {
      return 0;
    }
    const byte = this.#at(0) & 0xff;
    this.#head = (this.#head + 1) % FIFO_DEPTH;
    this.#count -= 1;
    return byte;
  }

  /** The mark of the next character has been read. */
  acknowledge(): void {
    if (this.isBreakNext) {
      this.#characters[this.#head] = 0;
    }
  }

  #at(index: number): number {
    return this.#characters[(this.#head + index) % FIFO_DEPTH] ?? 0;
  }
}
