import { failure } from '../../errors/index.js';
import { readHandle } from './handle.js';
import {
  ATTR_DATA,
  ATTR_ELEM,
  ATTR_FLAGS,
  ATTR_ID,
  ATTR_LEN,
  ATTR_RESERVED,
  ATTR_SIZE,
  DRIVER_ID,
  HEADER_SIZE,
  INLINE_SIZE,
  LENGTH,
  MAX_LENGTH,
  METHOD_ID,
  NUM_ATTRS,
  OBJECT_ID,
  RESERVED1,
  RESERVED2,
} from './layout.js';

const NOTHING = new Uint8Array(0);

/**
 * Reads a message in place, whoever wrote it: nothing of it is believed before it is checked. One reader serves any number
 * of messages, one at a time.
 *
 * Source: Linux drivers/infiniband/core/uverbs_ioctl.c, ib_uverbs_ioctl.
 */
export class MessageReader {
  bytes: Uint8Array = NOTHING;
  view: DataView = new DataView(NOTHING.buffer);
  objectId = 0;
  methodId = 0;
  driverId = 0;
  /** Attributes of the message. */
  count = 0;
  #payload = HEADER_SIZE;

  /**
   * Begins with a message and checks its header. Throws EMSGSIZE `object.message-size`, EINVAL `object.length`,
   * EPROTONOSUPPORT `object.reserved`.
   */
  load(bytes: Uint8Array, maxMessage: number): void {
    if (bytes !== this.bytes || this.view.byteLength !== bytes.length) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    const { view } = this;
    const size = view.byteLength;
    if (size > maxMessage) {
      throw failure('object.message-size', { size, most: maxMessage });
    }
    if (size < HEADER_SIZE) {
      throw failure('object.length', { size });
    }
    const length = view.getUint16(LENGTH, true);
    const count = view.getUint16(NUM_ATTRS, true);
    if (length !== HEADER_SIZE + ATTR_SIZE * count || length > MAX_LENGTH || length > size) {
      throw failure('object.length', { length, attributes: count, size });
    }
    if (
      view.getUint32(RESERVED1, true) !== 0 ||
      view.getUint32(RESERVED1 + 4, true) !== 0 ||
      view.getUint32(RESERVED2, true) !== 0
    ) {
      throw failure('object.reserved');
    }
    this.objectId = view.getUint16(OBJECT_ID, true);
    this.methodId = view.getUint16(METHOD_ID, true);
    this.driverId = view.getUint32(DRIVER_ID, true);
    this.count = count;
    this.#payload = length;
  }

  /** Forgets the message, so that its memory can go. */
  unload(): void {
    this.bytes = NOTHING;
    this.view = new DataView(NOTHING.buffer);
    this.count = 0;
  }

  /** Where an attribute is, by its place in the message. */
  attribute(index: number): number {
    return HEADER_SIZE + ATTR_SIZE * index;
  }

  id(attr: number): number {
    return this.view.getUint16(attr + ATTR_ID, true);
  }

  flags(attr: number): number {
    return this.view.getUint16(attr + ATTR_FLAGS, true);
  }

  member(attr: number): number {
    return this.view.getUint8(attr + ATTR_ELEM);
  }

  reserved(attr: number): number {
    return this.view.getUint8(attr + ATTR_RESERVED);
  }

  /** Bytes of an attribute's data, or of the room for it. */
  length(attr: number): number {
    return this.view.getUint16(attr + ATTR_LEN, true);
  }

  /** Where the data of an attribute are. Throws EFAULT `object.payload` if they are not in the payload. */
  data(attr: number, length: number): number {
    if (length <= INLINE_SIZE) {
      return attr + ATTR_DATA;
    }
    const at = this.low(attr);
    if (this.high(attr) !== 0 || at < this.#payload || at + length > this.view.byteLength) {
      throw failure('object.payload', { attribute: this.id(attr), offset: at, length });
    }
    return at;
  }

  /** `data` as a handle. */
  handle(attr: number): number {
    return readHandle(this.view, attr + ATTR_DATA);
  }

  /** The lower half of `data`. */
  low(attr: number): number {
    return this.view.getUint32(attr + ATTR_DATA, true);
  }

  /** The upper half of `data`. */
  high(attr: number): number {
    return this.view.getUint32(attr + ATTR_DATA + 4, true);
  }
}
