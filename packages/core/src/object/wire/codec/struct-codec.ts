import type { AnyStruct } from '@mdevkit/uapi';
import { failure } from '../../../errors/index.js';
import type { MessageReader } from '../message-reader.js';
import type { MessageWriter } from '../message-writer.js';
import type { AttributeCodec } from './attribute-codec.js';
import { requireClear } from './require-clear.js';

/**
 * A struct. One that is longer than its layout is understood if it may be and all beyond is zero, so that a client of a
 * later version can speak to a device of this one; an answer is cut to what an older client has room for, and a newer
 * client gets zeros.
 *
 * Source: Linux drivers/infiniband/core/uverbs_ioctl.c, uverbs_copy_to_struct_or_zero.
 */
export class StructCodec implements AttributeCodec {
  readonly room: number;
  readonly #layout: AnyStruct;
  readonly #zeroTrailing: boolean;
  readonly #scratch: Uint8Array;
  /** Elements behind the struct would be taken from whatever follows in the message. */
  readonly #hasTail: boolean;

  constructor(layout: AnyStruct, zeroTrailing: boolean) {
    this.room = layout.size;
    this.#layout = layout;
    this.#zeroTrailing = zeroTrailing;
    this.#scratch = new Uint8Array(layout.size);
    this.#hasTail = Object.values(layout.fields).some(({ kind }) => kind === 'tail');
  }

  checkRoom(length: number): void {
    if (length === 0) {
      throw failure('object.attribute-length', { length });
    }
  }

  read(message: MessageReader, at: number, length: number): unknown {
    const { room } = this;
    if (length > room && this.#zeroTrailing) {
      requireClear(message.bytes, at + room, at + length);
    } else if (length !== room) {
      throw failure('object.attribute-length', { length, expected: room });
    }
    return this.#hasTail
      ? this.#layout.decode(message.bytes.subarray(at, at + room))
      : this.#layout.decode(message.view, at);
  }

  write(message: MessageWriter, value: unknown, room: number): void {
    if (typeof value !== 'object' || value === null) {
      throw new TypeError(`a ${this.#layout.name} is an object`);
    }
    const size = this.room;
    // A hostile client's room is not made before the value is known to be one.
    const encoded = this.#layout.encode(value, this.#scratch);
    const at = message.space(room);
    message.bytes.fill(0, at, at + room);
    message.bytes.set(room < size ? encoded.subarray(0, room) : encoded, at);
  }

  zero(): unknown {
    return {};
  }
}
