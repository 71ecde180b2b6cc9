import { failure } from '../../../errors/index.js';
import type { MessageReader } from '../message-reader.js';
import type { MessageWriter } from '../message-writer.js';
import type { AttributeCodec } from './attribute-codec.js';

const SIZE = 8;

/**
 * One of several names, as their number, in 8 bytes; two's complement for one below 0.
 *
 * Source: Linux include/rdma/uverbs_ioctl.h, UVERBS_ATTR_CONST_IN.
 */
export class ConstCodec implements AttributeCodec {
  readonly room = SIZE;
  readonly #numbers: ReadonlyMap<unknown, number>;
  readonly #names: ReadonlyMap<number, string>;

  constructor(values: Readonly<Record<string, number>>) {
    const entries = Object.entries(values);
    this.#numbers = new Map(entries);
    this.#names = new Map(entries.map(([name, number]) => [number, name]));
  }

  checkRoom(length: number): void {
    if (length !== SIZE) {
      throw failure('object.attribute-length', { length, expected: SIZE });
    }
  }

  read(message: MessageReader, at: number, length: number): string {
    this.checkRoom(length);
    const number =
      message.view.getInt32(at + 4, true) * 0x1_0000_0000 + message.view.getUint32(at, true);
    const name = this.#names.get(number);
    if (name === undefined) {
      throw failure('object.const', { value: message.view.getBigInt64(at, true) });
    }
    return name;
  }

  write(message: MessageWriter, value: unknown): void {
    const number = this.#numbers.get(value);
    if (number === undefined) {
      throw new RangeError(`${String(value)} is none of ${[...this.#names.values()].join(', ')}`);
    }
    message.view.setBigInt64(message.space(SIZE), BigInt(number), true);
  }

  zero(): undefined {
    return undefined;
  }
}

/**
 * Bits, in 4 or 8 bytes, of which only the lowest 32 can be declared.
 *
 * Source: Linux drivers/infiniband/core/uverbs_ioctl.c, uverbs_get_flags64.
 */
export class FlagsCodec implements AttributeCodec {
  readonly room = SIZE;
  readonly #known: number;

  constructor(bits: Readonly<Record<string, number>>) {
    this.#known = Object.values(bits).reduce((all, bit) => all | bit, 0);
  }

  checkRoom(length: number): void {
    if (length !== 4 && length !== SIZE) {
      throw failure('object.attribute-length', { length });
    }
  }

  read(message: MessageReader, at: number, length: number): number {
    this.checkRoom(length);
    const low = message.view.getUint32(at, true);
    const high = length === SIZE ? message.view.getUint32(at + 4, true) : 0;
    if (high !== 0 || (low & ~this.#known) !== 0) {
      throw failure('object.flags', { low, high });
    }
    return low;
  }

  write(message: MessageWriter, value: unknown): void {
    if (typeof value !== 'number' || value >>> 0 !== value || (value & ~this.#known) !== 0) {
      throw new RangeError(`${String(value)} are no flags of these`);
    }
    message.view.setUint32(message.space(4), value, true);
  }

  zero(): number {
    return 0;
  }
}
