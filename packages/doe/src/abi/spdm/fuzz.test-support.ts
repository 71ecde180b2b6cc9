import { MdevError } from '@mdevkit/core';
import type { Decoded } from './index.js';
import { fuzzTargets, type Seed, type Target } from './fuzz-corpus.test-support.js';

/** What {@link fuzzSpdm} does. */
export interface SpdmFuzz {
  readonly cases: number;
  readonly seed: number;
}

/** What it saw. */
export interface SpdmFuzzResult {
  /** Cases that a decoder took. */
  readonly taken: number;
  /** Cases that it refused. */
  readonly refused: number;
  readonly decoders: number;
}

const MOST_RANDOM = 96;
/** Bytes that lengths and counts are wrong with. */
const NASTY = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff] as const;

/**
 * Gives random bytes, and changed valid ones, to every decoder of SPDM messages and of what is in
 * them, in turn.
 *
 * @throws Error a decoder threw something else than an MdevError, or said that a message ends where
 * it cannot; the text has the bytes
 */
export function fuzzSpdm({ cases, seed }: SpdmFuzz): SpdmFuzzResult {
  const targets = fuzzTargets(seed);
  const random = new Random(seed);
  const limit = Error.stackTraceLimit;
  // Nobody reads the stacks of the errors, and they are most of the work.
  Error.stackTraceLimit = 0;
  let taken = 0;
  try {
    for (let at = 0; at < cases; at += 1) {
      const target = targets[at % targets.length]!;
      const valid = random.from(target.seeds);
      const bytes = input(valid, target, random);
      if (isTaken(target.name, valid, bytes)) taken += 1;
    }
  } finally {
    Error.stackTraceLimit = limit;
  }
  return { taken, refused: cases - taken, decoders: targets.length };
}

function isTaken(name: string, { decode, isMessage }: Seed, bytes: Uint8Array): boolean {
  let decoded: unknown;
  try {
    decoded = decode(bytes);
  } catch (error) {
    if (error instanceof MdevError && error.code === 'EBADMSG') return false;
    throw new Error(`${name}: ${String(error)} for ${show(bytes)}`, { cause: error });
  }
  if (isMessage) {
    const { length } = decoded as Decoded<unknown>;
    const behind = bytes.length - length;
    if (length < 4 || behind < 0 || behind > 3) {
      throw new Error(`${name}: ${length} bytes used of ${show(bytes)}`);
    }
  }
  return true;
}

function show(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function input(valid: Seed, target: Target, random: Random): Uint8Array {
  switch (random.below(8)) {
    case 0:
      return random.bytes(random.below(MOST_RANDOM));
    case 1: {
      // Random bytes behind a valid header get further.
      const bytes = random.bytes(random.below(MOST_RANDOM));
      bytes.set(valid.bytes.subarray(0, Math.min(4, bytes.length)));
      return bytes;
    }
    case 2:
      return valid.bytes.subarray(0, random.below(valid.bytes.length + 1));
    case 3:
      return joined(valid.bytes, random.bytes(random.below(8)));
    case 4: {
      const other = random.from(target.seeds).bytes;
      const cut = random.below(valid.bytes.length + 1);
      return joined(valid.bytes.subarray(0, cut), other.subarray(Math.min(cut, other.length)));
    }
    default:
      return changed(valid.bytes, random);
  }
}

function changed(valid: Uint8Array, random: Random): Uint8Array {
  const bytes = valid.slice();
  if (bytes.length === 0) return bytes;
  for (let left = 1 + random.below(4); left > 0; left -= 1) {
    // Lengths and counts stand in front.
    const room = random.below(2) === 0 ? Math.min(bytes.length, 48) : bytes.length;
    const at = random.below(room);
    bytes[at] = random.below(2) === 0 ? random.from(NASTY) : bytes[at]! ^ (1 << random.below(8));
  }
  return bytes;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}

/** Numbers that a seed makes: Marsaglia's xorshift of 32 bits. */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed ^ 0x9e3779b9) | 1;
  }

  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }

  from<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}
