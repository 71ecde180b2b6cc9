import type { defineDriver } from '@mdevkit/core';
import type { Random } from '@mdevkit/testing';
import type { SoakWay } from '../ways.js';

/** What a load works with in one round. */
export interface Round {
  readonly way: SoakWay;
  /** The same in a round of the same seed. */
  readonly random: Random;
  /**
   * Which faults are on: errors are expected then. `honest` ones refuse, lose and delay, but what arrives is right; of `lying`
   * ones a client may also see wrong data.
   */
  readonly faults: 'none' | 'honest' | 'lying';
  /** Says how much was done, by name; for the report. */
  readonly did: (what: string, count?: number) => void;
}

/** One kind of work on one driver. */
export interface Load {
  readonly name: string;
  /** How often it is taken, beside the others. */
  readonly weight: number;
  /** Does not go over vfio-user. */
  readonly isLocal?: boolean;
  /** Is not made for faults, and runs without. */
  readonly isFragile?: boolean;
  /** The driver, freshly made, with what its other side needs. */
  driver(): Promise<ReturnType<typeof defineDriver>>;
  /**
   * One round of work: rejects with an MdevError when a device refuses, and with {@link WrongData} for what no fault excuses.
   * Everything that was opened is closed at its end.
   */
  run(round: Round): Promise<void>;
}

/** What came is not what had to come. */
export class WrongData extends Error {
  override readonly name = 'WrongData';
}

export function requireEqual(found: Uint8Array, expected: Uint8Array, what: string): void {
  if (Buffer.compare(found, expected) !== 0) {
    throw new WrongData(
      `${what}: ${found.length} bytes differ from the ${expected.length} expected`,
    );
  }
}

/** Bytes that compress a little. */
export function randomBytes(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(64));
}
