import { PCI_DOE_MAX_LENGTH } from '@mdevkit/uapi';
import { OBJECT_HEADER_SIZE } from '../../abi/object/index.js';
import { wordAt } from './word-at.js';

const NOTHING = new Uint8Array(0);

/**
 * The data object that is read from an instance. A word stays until it is acknowledged, so a client may read it as often as
 * it likes.
 *
 * Source: PCI Express Base Specification 6.0, section 7.9.24.6 (DOE Read Data Mailbox).
 */
export class ResponseObject {
  #bytes: Uint8Array = NOTHING;
  #at = 0;

  /** False for bytes that are no data object. */
  load(object: Uint8Array): boolean {
    const { length } = object;
    if (length % 4 !== 0 || length < OBJECT_HEADER_SIZE || length > PCI_DOE_MAX_LENGTH * 4) {
      return false;
    }
    this.#bytes = object;
    this.#at = 0;
    return true;
  }

  /** The word that is to be acknowledged next. */
  get word(): number {
    return wordAt(this.#bytes, this.#at);
  }

  /** Acknowledges a word. Whether it was the last. */
  advance(): boolean {
    this.#at += 4;
    return this.#at >= this.#bytes.length;
  }

  clear(): void {
    this.#bytes = NOTHING;
    this.#at = 0;
  }
}
