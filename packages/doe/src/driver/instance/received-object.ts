import { PCI_DOE_MAX_LENGTH } from '@mdevkit/uapi';
import { decodeObjectHeader } from '../../abi/object/index.js';

/** Words that the first word makes room for. */
const FIRST_ROOM = 64;

const NOTHING = new Uint8Array(0);

/**
 * The data object that is being written to an instance, word by word. What is kept never exceeds the bound, and room is made
 * as words come, so that a client which announces much and sends little costs little.
 */
export class ReceivedObject {
  readonly #most: number;
  #bytes = NOTHING;
  #words = 0;

  /** @param most words of the longest object that is taken */
  constructor(most: number) {
    this.#most = Math.min(most, PCI_DOE_MAX_LENGTH);
  }

  /** Appends a word. False if the object would be longer than what is taken: nothing is kept of it. */
  push(word: number): boolean {
    if (this.#words === this.#most) {
      return false;
    }
    const at = this.#words * 4;
    if (at === this.#bytes.length) {
      this.#grow();
    }
    const bytes = this.#bytes;
    bytes[at] = word;
    bytes[at + 1] = word >>> 8;
    bytes[at + 2] = word >>> 16;
    bytes[at + 3] = word >>> 24;
    this.#words++;
    return true;
  }

  /**
   * What was written, which belongs to the caller from now on; undefined unless it is as long as its header says.
   *
   * Source: PCI Express Base Specification 6.0, section 6.30.1 (Length: 0 stands for 2^18, the header counts).
   */
  take(): Uint8Array | undefined {
    const words = this.#words;
    const object = this.#bytes.subarray(0, words * 4);
    this.clear();
    // Of fewer words than a header has, the length is 0: 2^18 words.
    return decodeObjectHeader(object).length === words ? object : undefined;
  }

  /** Nothing was written. */
  clear(): void {
    this.#bytes = NOTHING;
    this.#words = 0;
  }

  #grow(): void {
    const room = Math.min(Math.max(FIRST_ROOM, this.#words * 2), this.#most);
    const bytes = new Uint8Array(room * 4);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}
