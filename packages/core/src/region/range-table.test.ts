import { expect } from 'chai';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';

import { DeviceMemory } from './device-memory.js';
import { RangeTable } from './range-table.js';
import { Recorder } from './recorder.test-support.js';
import type { RegionRange, RegionSpec } from './region-spec.js';
import { Region } from './region.js';

function trapped(offset: number, size: number): RegionRange {
  return { kind: 'trapped', offset, size, handler: new Recorder(8) };
}

function memory(offset: number, size: number, mmap = false): RegionRange {
  return { kind: 'memory', offset, memory: new DeviceMemory(size), mmap };
}

function declare(ranges: RegionRange[], rest: Partial<RegionSpec> = {}): Region {
  return new Region({ name: 'bar0', size: 16384, ranges, ...rest });
}

describe('declaration of a region', () => {
  const wrong: [string, () => Region, string][] = [
    ['size 0', () => declare([], { size: 0 }), 'size 0'],
    ['a fractional size', () => declare([], { size: 1.5 }), 'size 1.5'],
    ['more than 2^40 bytes', () => declare([], { size: 2 ** 40 + 1 }), '2^40'],
    ['overlapping ranges', () => declare([trapped(8, 8), trapped(0, 9)]), 'overlaps'],
    ['equal ranges', () => declare([trapped(8, 8), memory(8, 8)]), 'overlaps'],
    ['a range inside another', () => declare([trapped(0, 64), trapped(8, 8)]), 'overlaps'],
    ['a range that leaves the region', () => declare([memory(16380, 5)]), 'beyond 16384'],
    ['a negative offset', () => declare([trapped(-4, 8)]), 'non-negative'],
    ['a fractional offset', () => declare([trapped(0.5, 8)]), 'non-negative'],
    ['an empty range', () => declare([trapped(0, 0)]), 'size 0'],
    ['an mmap range at an unaligned offset', () => declare([memory(64, 4096, true)]), 'aligned'],
    ['an mmap range of an unaligned size', () => declare([memory(0, 4097, true)]), 'aligned'],
    ['mmap of a ro region', () => declare([memory(0, 4096, true)], { access: 'ro' }), 'direction'],
    ['mmap of a wo region', () => declare([memory(0, 4096, true)], { access: 'wo' }), 'direction'],
  ];
  for (const [what, make, message] of wrong) {
    it(`refuses ${what} and names the region`, () => {
      expect(make).to.throw(RangeError, message);
      expect(make).to.throw(RangeError, 'region bar0');
    });
  }

  it('takes ranges that touch, in any order, up to 2^40 bytes', () => {
    expect(() => declare([trapped(8, 8), memory(0, 8), trapped(16, 16368)])).not.to.throw();
    expect(() => declare([trapped(2 ** 40 - 8, 8)], { size: 2 ** 40 })).not.to.throw();
  });

  it('finds the one range of every byte, also in holes (property)', () => {
    const pieces = fc.array(fc.record({ gap: fc.nat(5), size: fc.integer({ min: 1, max: 9 }) }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(
        pieces,
        fc.nat(5),
        fc.array(fc.nat(), { maxLength: 40 }),
        (list, tail, probes) => {
          const ranges: RegionRange[] = [];
          const owner: (RegionRange | undefined)[] = [];
          for (const { gap, size } of list) {
            owner.push(...new Array<undefined>(gap));
            const range = trapped(owner.length, size);
            ranges.unshift(range);
            owner.push(...new Array<RegionRange>(size).fill(range));
          }
          owner.push(...new Array<undefined>(tail + 1));
          const table = new RangeTable({ name: 'r', size: owner.length, ranges });
          for (const probe of probes) {
            const position = probe % owner.length;
            const found = table.find(position);
            const range = owner[position];
            expect(found.offset <= position && position < found.end).to.equal(true);
            expect(
              found.handler === (range?.kind === 'trapped' ? range.handler : undefined),
            ).to.equal(range !== undefined);
            expect(table.last).to.equal(found);
          }
        },
      ),
      { seed: 20261121, numRuns: 100 },
    );
  }).timeout(30_000);
});
