import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { TouchedBytes } from './touched-bytes.js';

describe('TouchedBytes (own rule: of reads and writes of the same byte the first counts)', () => {
  it('answers the runs that nobody has touched before', () => {
    const range = fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 20 }));
    const base = fc.constantFrom(0n, 4080n, 2n ** 64n - 64n);
    fc.assert(
      fc.property(base, fc.array(range, { maxLength: 12 }), (start, ranges) => {
        const touched = new TouchedBytes();
        const seen = new Set<number>();
        for (const [at, length] of ranges) {
          const fresh = new Set<number>();
          for (const run of touched.take(start + BigInt(at), length)) {
            for (let byte = 0; byte < run.length; byte += 1) {
              fresh.add(at + run.at + byte);
            }
          }
          const expected = new Set<number>();
          for (let byte = at; byte < at + length; byte += 1) {
            if (!seen.has(byte)) {
              expected.add(byte);
              seen.add(byte);
            }
          }
          expect(fresh).to.deep.equal(expected);
        }
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });
});
