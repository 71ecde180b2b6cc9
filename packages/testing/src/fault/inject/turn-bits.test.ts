import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Random } from '../../random/index.js';
import { bitsBetween } from '../bench.test-support.js';
import { drawBits, turnBits } from './turn-bits.js';

describe('bits that a plan turns over (own rule; docs/reference/fault-plans.md, row: corrupt)', () => {
  it('are as many different ones as are asked for, or all that there are', () => {
    const sizes = [
      fc.integer({ min: 0, max: 16 }),
      fc.integer({ min: 0, max: 140 }),
      fc.nat(),
    ] as const;
    fc.assert(
      fc.property(...sizes, (length, bits, seed) => {
        const bytes = new Uint8Array(length);
        turnBits(bytes, drawBits(length, bits, new Random(seed)));
        return bitsBetween(bytes, new Uint8Array(length)) === Math.min(bits, length * 8);
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });

  it('can be any', () => {
    const random = new Random(1);
    const seen = new Uint8Array(4);
    for (let n = 0; n < 400; n++) {
      for (const [byte, mask] of drawBits(4, 1, random)) {
        seen[byte] = (seen[byte] ?? 0) | mask;
      }
    }
    expect([...seen]).to.deep.equal([0xff, 0xff, 0xff, 0xff]);
  });
});
