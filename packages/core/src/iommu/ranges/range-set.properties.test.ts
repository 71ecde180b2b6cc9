import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { advance, distance, LAST_IOVA } from '../iova.js';
import { RangeSet } from './range-set.js';

const SIZE = 24;

const range = fc
  .tuple(fc.nat(SIZE - 1), fc.nat(SIZE - 1))
  .map(([a, b]) => [Math.min(a, b), Math.min(SIZE - 1, Math.min(a, b) + (b % 6))] as const);
const ranges = fc.array(range, { maxLength: 8 });

type Ranges = readonly (readonly [number, number])[];

function bytes(list: Ranges): boolean[] {
  return Array.from({ length: SIZE }, (_, at) => list.some(([a, b]) => a <= at && at <= b));
}

/** The runs of true. */
function runs(marks: readonly boolean[]): [number, number][] {
  const found: [number, number][] = [];
  marks.forEach((mark, at) => {
    const run = found.at(-1);
    if (mark && run?.[1] === at - 1) {
      run[1] = at;
    } else if (mark) {
      found.push([at, at]);
    }
  });
  return found;
}

describe('RangeSet against one boolean per address', () => {
  for (const [where, base] of [
    ['at 0', 0n],
    ['across 2^53', 2n ** 53n - 10n],
    ['at the end', 2n ** 64n - BigInt(SIZE)],
  ] as const) {
    const at = (offset: number): number | bigint => advance(base, offset);
    const setOf = (list: Ranges): RangeSet =>
      new RangeSet(list.map(([start, last]) => ({ start: at(start), last: at(last) })));
    const read = (set: RangeSet): [number, number][] =>
      Array.from(set, ({ start, last }) => [distance(at(0), start), distance(at(0), last)]);
    const window = setOf([[0, SIZE - 1]]);

    it(`${where}: add, overlaps and contains (iommufd/io_pagetable.c, reserved_itree)`, () => {
      fc.assert(
        fc.property(ranges, range, (list, [start, last]) => {
          const set = setOf(list);
          const marks = bytes(list);
          const probed = marks.slice(start, last + 1);
          expect(read(set)).to.deep.equal(runs(marks));
          expect(set.overlaps(at(start), at(last))).to.equal(probed.includes(true));
          expect(set.contains(at(start), at(last))).to.equal(!probed.includes(false));
        }),
        { seed: 20261121, numRuns: 200 },
      );
    });

    it(`${where}: complement and intersect (iommufd/ioas.c, iommufd_ioas_iova_ranges)`, () => {
      fc.assert(
        fc.property(ranges, ranges, (first, second) => {
          const set = setOf(first);
          const [marks, others] = [bytes(first), bytes(second)];
          expect(read(set.intersect(setOf(second)))).to.deep.equal(
            runs(marks.map((mark, index) => mark && others[index] === true)),
          );
          const complement = set.complement();
          expect(read(complement.intersect(window))).to.deep.equal(
            runs(marks.map((mark) => !mark)),
          );
          expect([...complement.complement()]).to.deep.equal([...set]);
          expect(complement.contains(0, LAST_IOVA)).to.equal(first.length === 0);
        }),
        { seed: 20261121, numRuns: 200 },
      );
    });
  }
});
