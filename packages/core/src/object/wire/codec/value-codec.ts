import type { ValueType } from '../../declare/index.js';
import { failure } from '../../../errors/index.js';
import type { MessageReader } from '../message-reader.js';
import type { MessageWriter } from '../message-writer.js';
import type { AttributeCodec } from './attribute-codec.js';

/** Bytes and the first and last value of each type. */
interface Kind {
  readonly size: number;
  readonly min: number | bigint;
  readonly max: number | bigint;
}

const KINDS: Readonly<Record<ValueType, Kind>> = {
  u8: { size: 1, min: 0, max: 0xff },
  u16: { size: 2, min: 0, max: 0xffff },
  u32: { size: 4, min: 0, max: 0xffff_ffff },
  s32: { size: 4, min: -0x8000_0000, max: 0x7fff_ffff },
  u64: { size: 8, min: 0n, max: 0xffff_ffff_ffff_ffffn },
  s64: { size: 8, min: -0x8000_0000_0000_0000n, max: 0x7fff_ffff_ffff_ffffn },
};

/** An integer. Its length is fixed. */
export class ValueCodec implements AttributeCodec {
  readonly room: number;
  readonly #type: ValueType;
  readonly #kind: Kind;

  constructor(type: ValueType) {
    this.#type = type;
    this.#kind = KINDS[type];
    this.room = this.#kind.size;
  }

  checkRoom(length: number): void {
    if (length !== this.room) {
      throw failure('object.attribute-length', { length, expected: this.room });
    }
  }

  read(message: MessageReader, at: number, length: number): number | bigint {
    this.checkRoom(length);
    const { view } = message;
    switch (this.#type) {
      case 'u8':
        return view.getUint8(at);
      case 'u16':
        return view.getUint16(at, true);
      case 'u32':
        return view.getUint32(at, true);
      case 's32':
        return view.getInt32(at, true);
      case 'u64':
        return view.getBigUint64(at, true);
      case 's64':
        return view.getBigInt64(at, true);
    }
  }

  write(message: MessageWriter, value: unknown): void {
    if (!this.#isOfType(value)) {
      throw new RangeError(`${String(value)} is no ${this.#type}`);
    }
    const at = message.space(this.room);
    const { view } = message;
    if (typeof value === 'bigint') {
      view.setBigInt64(at, value, true);
    } else if (this.room === 4) {
      // A sign is where it belongs, and the bits of an unsigned value are those of a signed one.
      view.setInt32(at, value, true);
    } else if (this.room === 2) {
      view.setInt16(at, value, true);
    } else {
      view.setInt8(at, value);
    }
  }

  zero(): number | bigint {
    return this.room === 8 ? 0n : 0;
  }

  #isOfType(value: unknown): value is number | bigint {
    const { size, min, max } = this.#kind;
    return (
      (size === 8 ? typeof value === 'bigint' : Number.isInteger(value)) &&
      (value as number | bigint) >= min &&
      (value as number | bigint) <= max
    );
  }
}
