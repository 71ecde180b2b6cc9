import { expect } from 'chai';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { IrqBitmap } from './irq-bitmap.js';

describe('IrqBitmap (drivers/misc/cxl/file.c, afu_read: find_first_bit of irq_bitmap)', () => {
  it('cxl read irq: takes what a set would, the lowest first', () => {
    const irq = fc.integer({ min: 1, max: 100 });
    fc.assert(
      fc.property(fc.array(fc.option(irq, { nil: 'take' as const })), (commands) => {
        const bitmap = new IrqBitmap(100);
        const model = new Set<number>();
        for (const command of commands) {
          if (command === 'take') {
            const lowest = model.size === 0 ? 0 : Math.min(...model);
            model.delete(lowest);
            expect(bitmap.take()).to.equal(lowest);
          } else {
            bitmap.raise(command);
            model.add(command);
          }
          expect(bitmap.empty).to.equal(model.size === 0);
        }
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });

  it('cxl read irq: the number at the end of a word is its own', () => {
    const bitmap = new IrqBitmap(65_535);
    for (const irq of [65_535, 33, 32, 1]) {
      bitmap.raise(irq);
    }
    expect([1, 2, 3, 4, 5].map(() => bitmap.take())).to.deep.equal([1, 32, 33, 65_535, 0]);
    bitmap.raise(5);
    bitmap.clear();
    expect([bitmap.empty, bitmap.take()]).to.deep.equal([true, 0]);
  });
});
