import { expect } from 'chai';

import { MdevError } from '../errors/mdev-error.js';
import type { RangeHandler } from './range-handler.js';

/** One access that a handler saw. */
export interface Seen {
  readonly kind: 'read' | 'write';
  readonly offset: number;
  readonly length: number;
}

/** What a recorder answers to its nth access of the given length. */
export type Answer = (nth: number, length: number) => number | Promise<number>;

/** A handler over plain bytes that remembers what it was asked. */
export class Recorder implements RangeHandler {
  readonly seen: Seen[] = [];
  readonly bytes: Uint8Array;
  resets = 0;
  readonly #answer: Answer;

  constructor(size: number, answer: Answer = (_nth, length) => length) {
    this.bytes = Uint8Array.from({ length: size }, (_, i) => (i * 7 + 1) & 0xff);
    this.#answer = answer;
  }

  read(offset: number, data: DataView, at: number, length: number): number | Promise<number> {
    this.seen.push({ kind: 'read', offset, length });
    for (let i = 0; i < length; i++) {
      data.setUint8(at + i, this.bytes[offset + i] ?? 0);
    }
    return this.#answer(this.seen.length, length);
  }

  write(offset: number, data: DataView, at: number, length: number): number | Promise<number> {
    this.seen.push({ kind: 'write', offset, length });
    for (let i = 0; i < length; i++) {
      this.bytes[offset + i] = data.getUint8(at + i);
    }
    return this.#answer(this.seen.length, length);
  }

  reset(): void {
    this.resets++;
  }

  /** `[offset, length]` of each access. */
  get accesses(): [number, number][] {
    return this.seen.map(({ offset, length }) => [offset, length]);
  }
}

/** A window of `length` bytes, filled with `fill`. */
export function buffer(length: number, fill = 0xee): DataView {
  return new DataView(new Uint8Array(length).fill(fill).buffer);
}

/** The bytes of a window. */
export function bytesOf(data: DataView): number[] {
  return [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
}

/** Expects an MdevError of this errno and reason; returns it. */
export function expectFailure(error: unknown, code: string, reason: string): MdevError {
  if (!MdevError.is(error)) {
    throw error;
  }
  expect([error.code, error.reason]).to.deep.equal([code, reason]);
  return error;
}

/** What `call` throws; fails the test when it does not. */
export function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** What `promise` rejects with; fails the test when it does not, or when it is no promise. */
export async function rejectionOf(promise: number | Promise<number>): Promise<unknown> {
  expect(promise).to.be.instanceOf(Promise);
  return Promise.resolve(promise).then(
    () => {
      throw new Error('the promise did not reject');
    },
    (error: unknown) => error,
  );
}
