import { failure } from '../../../errors/index.js';
import type { MessageReader } from '../message-reader.js';
import type { MessageWriter } from '../message-writer.js';
import type { AttributeCodec } from './attribute-codec.js';
import { requireClear } from './require-clear.js';

const NONE = new Uint8Array(0);

/** Bytes, between two lengths. What is read is a part of the message: whoever keeps it copies it. */
export class BytesCodec implements AttributeCodec {
  readonly room: number;
  readonly #min: number;
  readonly #zeroTrailing: boolean;

  constructor(bounds: {
    readonly min: number;
    readonly max: number;
    readonly zeroTrailing: boolean;
  }) {
    this.room = bounds.max;
    this.#min = bounds.min;
    this.#zeroTrailing = bounds.zeroTrailing;
  }

  checkRoom(length: number): void {
    if (length < this.#min) {
      throw failure('object.attribute-length', { length, least: this.#min });
    }
  }

  read(message: MessageReader, at: number, length: number): Uint8Array {
    this.checkRoom(length);
    const most = this.room;
    if (length > most) {
      if (!this.#zeroTrailing) {
        throw failure('object.attribute-length', { length, most });
      }
      requireClear(message.bytes, at + most, at + length);
    }
    return message.bytes.subarray(at, at + Math.min(length, most));
  }

  write(message: MessageWriter, value: unknown, room: number): void {
    if (!(value instanceof Uint8Array)) {
      throw new TypeError('bytes are a Uint8Array');
    }
    if (value.length < this.#min || value.length > this.room) {
      throw new RangeError(`${value.length} bytes where ${this.#min} .. ${this.room} can be`);
    }
    const length = Math.min(room, value.length);
    const at = message.space(length);
    message.bytes.set(length < value.length ? value.subarray(0, length) : value, at);
  }

  zero(): Uint8Array {
    return this.#min === 0 ? NONE : new Uint8Array(this.#min);
  }
}
