import { failure } from '../../errors/index.js';
import { MAX_ATTRIBUTE_BYTES } from '../schema/limits.js';
import { writeHandle } from './handle.js';
import {
  ATTR_DATA,
  ATTR_ELEM,
  ATTR_FLAGS,
  ATTR_ID,
  ATTR_LEN,
  ATTR_SIZE,
  DRIVER_ID,
  HEADER_SIZE,
  INLINE_SIZE,
  LENGTH,
  METHOD_ID,
  NUM_ATTRS,
  OBJECT_ID,
  RESERVED1,
  RESERVED2,
} from './layout.js';

const FIRST_SIZE = 512;
/** A buffer that has grown beyond this is not kept for the next message. */
const MOST_KEPT = 1 << 17;

/**
 * Writes messages, one after the other, into a buffer that grows as they need it. What {@link MessageWriter.finish} answers
 * is valid until the next {@link MessageWriter.begin}.
 */
export class MessageWriter {
  bytes = new Uint8Array(FIRST_SIZE);
  view = new DataView(this.bytes.buffer);
  readonly #maxMessage: number;
  #next = HEADER_SIZE;
  #attr = HEADER_SIZE;
  #end = HEADER_SIZE;
  #last = this.bytes.subarray(0, 0);

  constructor(maxMessage: number) {
    this.#maxMessage = maxMessage;
  }

  /** Begins a message that will have `count` attributes. */
  begin(objectId: number, methodId: number, driverId: number, count: number): void {
    const length = HEADER_SIZE + ATTR_SIZE * count;
    if (this.bytes.length > MOST_KEPT) {
      this.bytes = new Uint8Array(FIRST_SIZE);
      this.view = new DataView(this.bytes.buffer);
    }
    this.#end = 0;
    this.#extend(length);
    const { view } = this;
    view.setUint16(LENGTH, length, true);
    view.setUint16(OBJECT_ID, objectId, true);
    view.setUint16(METHOD_ID, methodId, true);
    view.setUint16(NUM_ATTRS, count, true);
    view.setFloat64(RESERVED1, 0, true);
    view.setUint32(DRIVER_ID, driverId, true);
    view.setUint32(RESERVED2, 0, true);
    this.#next = HEADER_SIZE;
  }

  /** Begins the next attribute, which has no data so far. */
  attribute(id: number, flags: number): void {
    const attr = this.#next;
    this.#next = attr + ATTR_SIZE;
    this.#attr = attr;
    const { view } = this;
    view.setUint16(attr + ATTR_ID, id, true);
    view.setUint16(attr + ATTR_LEN, 0, true);
    view.setUint32(attr + ATTR_FLAGS, flags, true);
    view.setFloat64(attr + ATTR_DATA, 0, true);
  }

  /** Says which member of an enumeration the attribute carries. */
  member(id: number): void {
    this.view.setUint8(this.#attr + ATTR_ELEM, id);
  }

  /** Gives the attribute a handle, which has no length. */
  handle(handle: number): void {
    writeHandle(this.view, this.#attr + ATTR_DATA, handle);
  }

  /** Says how many bytes there is room for in the answer; 65,535 stand for more. */
  room(length: number): void {
    this.view.setUint16(this.#attr + ATTR_LEN, Math.min(length, MAX_ATTRIBUTE_BYTES), true);
  }

  /**
   * Gives the attribute `length` bytes of data, and returns where they are to be written; {@link MessageWriter.view} may be
   * another one afterwards. They are not zero unless they are 8 or fewer. Throws EMSGSIZE `object.message-size`.
   */
  space(length: number): number {
    const attr = this.#attr;
    if (length <= INLINE_SIZE) {
      this.view.setUint16(attr + ATTR_LEN, length, true);
      return attr + ATTR_DATA;
    }
    if (length > MAX_ATTRIBUTE_BYTES) {
      throw failure('object.message-size', { attribute: length, most: MAX_ATTRIBUTE_BYTES });
    }
    const at = this.#end;
    this.#extend(at + length);
    this.room(length);
    this.view.setUint32(attr + ATTR_DATA, at, true);
    return at;
  }

  finish(): Uint8Array {
    // The same call again has a message of the same length, and a new view is not for nothing.
    if (this.#last.length !== this.#end || this.#last.buffer !== this.bytes.buffer) {
      this.#last = this.bytes.subarray(0, this.#end);
    }
    return this.#last;
  }

  /** Makes the message end at `end`, rounded up to what a C struct may stand at. */
  #extend(end: number): void {
    const needed = (end + 7) & ~7;
    if (end > this.#maxMessage || needed > this.#maxMessage) {
      throw failure('object.message-size', { size: end, most: this.#maxMessage });
    }
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(
        Math.min(Math.max(needed, this.bytes.length * 2), this.#maxMessage),
      );
      grown.set(this.bytes.subarray(0, this.#end));
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    }
    this.bytes.fill(0, end, needed);
    this.#end = needed;
  }
}
