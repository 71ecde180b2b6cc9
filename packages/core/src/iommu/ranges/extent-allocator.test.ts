import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ExtentAllocator } from './extent-allocator.js';

describe('ExtentAllocator (own rule: no byte belongs to two, and freed neighbours join)', () => {
  it('never gives a unit twice, and has everything in one piece when all is given back', () => {
    const step = fc.record({
      take: fc.boolean(),
      part: fc.integer({ min: 1, max: 225 }),
      pick: fc.nat(),
    });
    fc.assert(
      fc.property(fc.constantFrom(64, 4096), fc.array(step, { maxLength: 80 }), (unit, steps) => {
        const extents = new ExtentAllocator(8 * unit, unit);
        const owned: { start: number; length: number }[] = [];
        const used = new Set<number>();
        for (const { take, part, pick } of steps) {
          const length = Math.ceil((unit * part) / 100);
          if (take) {
            const start = extents.allocate(length);
            const needed = Math.ceil(length / unit);
            if (start === undefined) {
              expect(used.size + needed).to.be.greaterThan(4);
              continue;
            }
            for (let at = start / unit; at < start / unit + needed; at++) {
              expect(used.has(at)).to.equal(false);
              expect(at).to.be.within(0, 7);
              used.add(at);
            }
            owned.push({ start, length });
          } else {
            const [gone] = owned.splice(pick % Math.max(1, owned.length), 1);
            if (gone !== undefined) {
              extents.free(gone.start, gone.length);
              for (let i = 0; i < Math.ceil(gone.length / unit); i++) {
                used.delete(gone.start / unit + i);
              }
            }
          }
          expect(extents.available).to.equal((8 - used.size) * unit);
        }
        for (const { start, length } of owned) {
          extents.free(start, length);
        }
        expect(extents.allocate(8 * unit)).to.equal(0);
        expect(extents.allocate(1)).to.equal(undefined);
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });
});
