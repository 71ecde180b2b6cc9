import { expect } from 'chai';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { PendingVectors } from './pending-vectors.js';

describe('PendingVectors', () => {
  it('is a set of vectors, seen by bit, by word and through the PBA (PCIe Base Spec 7.7.2.6)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.constantFrom(0, 7, 8, 31, 32, 99)), { maxLength: 60 }),
        (steps) => {
          const pending = new PendingVectors(100);
          const model = new Set<number>();
          for (const [add, vector] of steps) {
            if (add) {
              pending.add(vector);
              model.add(vector);
            } else {
              pending.remove(vector);
              model.delete(vector);
            }
            expect(pending.any).to.equal(model.size > 0);
            expect(pending.has(vector)).to.equal(add);
          }
          const bytes = new DataView(new ArrayBuffer(16));
          expect(pending.read(0, bytes, 0, 16)).to.equal(16);
          for (let vector = 0; vector < 128; vector++) {
            const bit = (bytes.getUint8(vector >> 3) >> (vector & 7)) & 1;
            expect(bit === 1).to.equal(model.has(vector));
          }
          expect(pending.firstWord).to.equal(bytes.getUint32(0, true));
          pending.reset();
          expect([pending.any, pending.firstWord]).to.deep.equal([false, 0]);
        },
      ),
      { seed: 20261121, numRuns: 200 },
    );
  });
});
