import type { MdevError } from '@mdevkit/core';
import { Random } from '../../random/index.js';
import { drawBits, turnBits } from './turn-bits.js';

/** What the rules of a plan do to one call. */
export class Struck {
  /** The call fails with it. */
  error: MdevError | undefined;
  isLost = false;
  isDouble = false;
  /** It has its effect so many milliseconds later. */
  delayMs: number | undefined;
  #to: number | 'half' | undefined;
  /** How many bits each rule turns over, and where from it draws them. */
  readonly #turns: (readonly [bits: number, random: Random])[] = [];

  /** Whether the bytes that the call carries are not what they should be. */
  get spoils(): boolean {
    return this.#to !== undefined || this.turns;
  }

  /** Whether bits are turned over. */
  get turns(): boolean {
    return this.#turns.length > 0;
  }

  /** The first error stays. */
  fail(error: MdevError): void {
    this.error ??= error;
  }

  delay(ms: number): void {
    this.delayMs = Math.max(this.delayMs ?? 0, ms);
  }

  shorten(to: number | undefined): void {
    this.#to = to ?? 'half';
  }

  corrupt(bits: number, random: Random): void {
    // One draw in any case: what other rules do to the call, such as to fail it, does not change what comes later.
    this.#turns.push([bits, new Random(random.next())]);
  }

  /** How many of `length` bytes are carried. */
  carried(length: number): number {
    if (this.#to === undefined) {
      return length;
    }
    return Math.min(length, this.#to === 'half' ? Math.floor(length / 2) : this.#to);
  }

  /** Turns bits of bytes that were carried. */
  turn(bytes: Uint8Array): void {
    turnBits(bytes, this.turned(bytes.length));
  }

  /** What is stored of `from`: fewer bytes, and a copy if they are not the same. */
  outgoing(from: Uint8Array): Uint8Array {
    const head = from.subarray(0, this.carried(from.length));
    if (!this.turns) {
      return head;
    }
    const copy = head.slice();
    this.turn(copy);
    return copy;
  }

  /** Which bits of `length` bytes are turned over, by byte; drawn anew each time. What two rules turn is as it was. */
  turned(length: number): ReadonlyMap<number, number> {
    const masks = new Map<number, number>();
    for (const [bits, random] of this.#turns) {
      for (const [byte, mask] of drawBits(length, bits, random)) {
        masks.set(byte, (masks.get(byte) ?? 0) ^ mask);
      }
    }
    return masks;
  }
}

/** Nothing happens to the call. Never written to. */
export const calm = new Struck();
