import { failure } from '../../../errors/index.js';
import type { MessageReader } from '../message-reader.js';
import type { MessageWriter } from '../message-writer.js';
import type { AttributeCodec } from './attribute-codec.js';

interface ArrayBounds {
  readonly type: 'u32' | 'u64';
  readonly min: number;
  readonly max: number;
}

/** Integers in a row. */
export class ArrayCodec implements AttributeCodec {
  readonly room: number;
  readonly #bounds: ArrayBounds;
  readonly #size: number;

  constructor(bounds: ArrayBounds) {
    this.#bounds = bounds;
    this.#size = bounds.type === 'u32' ? 4 : 8;
    this.room = bounds.max * this.#size;
  }

  checkRoom(length: number): void {
    if (length % this.#size !== 0 || length < this.#bounds.min * this.#size) {
      throw failure('object.array-length', { length, element: this.#size });
    }
  }

  read(message: MessageReader, at: number, length: number): readonly (number | bigint)[] {
    this.checkRoom(length);
    if (length > this.room) {
      throw failure('object.array-length', { length, most: this.room });
    }
    const { view } = message;
    const count = length / this.#size;
    return this.#size === 4
      ? Array.from({ length: count }, (_, i) => view.getUint32(at + 4 * i, true))
      : Array.from({ length: count }, (_, i) => view.getBigUint64(at + 8 * i, true));
  }

  write(message: MessageWriter, value: unknown, room: number): void {
    const { type, min, max } = this.#bounds;
    if (!Array.isArray(value)) {
      throw new TypeError(`an array of ${type} is an array`);
    }
    if (value.length < min || value.length > max) {
      throw new RangeError(`${value.length} elements where ${min} .. ${max} can be`);
    }
    const elements: readonly unknown[] = value;
    const count = Math.min(elements.length, Math.floor(room / this.#size));
    const at = message.space(count * this.#size);
    for (let i = 0; i < count; i++) {
      this.#writeOne(message.view, at + i * this.#size, elements[i]);
    }
  }

  zero(): readonly (number | bigint)[] {
    const { type, min } = this.#bounds;
    return Array.from({ length: min }, () => (type === 'u32' ? 0 : 0n));
  }

  #writeOne(view: DataView, at: number, element: unknown): void {
    if (this.#size === 4 && typeof element === 'number' && element >>> 0 === element) {
      view.setUint32(at, element, true);
    } else if (
      this.#size === 8 &&
      typeof element === 'bigint' &&
      BigInt.asUintN(64, element) === element
    ) {
      view.setBigUint64(at, element, true);
    } else {
      throw new RangeError(`${String(element)} is no ${this.#bounds.type}`);
    }
  }
}
