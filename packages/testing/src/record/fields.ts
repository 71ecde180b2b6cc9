import type { MdevError } from '@mdevkit/core';
import { failure } from '../errors.js';
import type { RecordedError, RecordedValue } from './entry.js';

/** The fields of an item, taken and checked one after the other. What is wrong is `recording.format` with the item's place. */
export class Fields {
  readonly #values: readonly unknown[];
  /** Bytes from the start of the recording to the item. */
  readonly #offset: number;
  #next = 0;

  private constructor(values: readonly unknown[], offset: number) {
    this.#values = values;
    this.#offset = offset;
  }

  static of(value: unknown, offset: number): Fields {
    if (!Array.isArray(value)) {
      throw failure('recording.format', { offset, problem: 'an array is expected' });
    }
    return new Fields(value as readonly unknown[], offset);
  }

  /** How many there are. */
  get length(): number {
    return this.#values.length;
  }

  problem(problem: string): MdevError {
    return failure('recording.format', { offset: this.#offset, problem });
  }

  /** An integer of 0 .. 2^53-1. */
  count(): number {
    const value = this.#take();
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
      throw this.problem('a count is expected');
    }
    return value;
  }

  /** Whatever a client may pass for a number. */
  number(): number {
    const value = this.#take();
    if (typeof value === 'bigint') {
      return Number(value);
    }
    if (typeof value !== 'number') {
      throw this.problem('a number is expected');
    }
    return value;
  }

  /** A bigint where a number is not exact. */
  address(): number | bigint {
    const value = this.#take();
    if (typeof value !== 'number' && typeof value !== 'bigint') {
      throw this.problem('an address is expected');
    }
    return value;
  }

  flag(): boolean {
    const value = this.#take();
    if (typeof value !== 'boolean') {
      throw this.problem('a truth value is expected');
    }
    return value;
  }

  text(): string {
    const value = this.#take();
    if (typeof value !== 'string') {
      throw this.problem('a text is expected');
    }
    return value;
  }

  bytes(): Uint8Array {
    const value = this.#take();
    if (!(value instanceof Uint8Array)) {
      throw this.problem('bytes are expected');
    }
    return value;
  }

  list(): Fields {
    return Fields.of(this.#take(), this.#offset);
  }

  /** What CBOR can hold and this reader lets through. */
  value(): RecordedValue {
    return this.#take() as RecordedValue;
  }

  error(): RecordedError {
    const fields = this.list();
    const error = { errno: fields.count(), code: fields.text(), reason: fields.text() };
    fields.end();
    return error;
  }

  /** One of a table, by its place. */
  entry<T>(table: readonly T[]): T {
    const found = table[this.count()];
    if (found === undefined) {
      throw this.problem('a code is not in its table');
    }
    return found;
  }

  /** What `take` reads, or undefined for a field that is undefined or missing at the end. */
  optional<T>(take: (fields: this) => T): T | undefined {
    if (this.#values[this.#next] === undefined) {
      this.#next += 1;
      return undefined;
    }
    return take(this);
  }

  /** Each field is a list. */
  map<T>(parse: (fields: Fields) => T): readonly T[] {
    return this.#values.map((value) => parse(Fields.of(value, this.#offset)));
  }

  /** All of them, as they are. */
  rest(): readonly unknown[] {
    const rest = this.#values.slice(this.#next);
    this.#next = this.#values.length;
    return rest;
  }

  /** There must be nothing left. */
  end(): void {
    if (this.#next < this.#values.length) {
      throw this.problem('an item is too long');
    }
  }

  #take(): unknown {
    if (this.#next >= this.#values.length) {
      throw this.problem('an item is too short');
    }
    const value = this.#values[this.#next];
    this.#next += 1;
    return value;
  }
}
