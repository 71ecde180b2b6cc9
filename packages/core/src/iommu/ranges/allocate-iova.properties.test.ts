import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { advance, distance, LAST_IOVA } from '../iova.js';
import { allocateIova, autoIovaAlignment, type AllocateIovaRequest } from './allocate-iova.js';
import { RangeSet } from './range-set.js';

const PAGE = 4096;
/** Addresses are multiples of this, so that every one can be tried. */
const STEP = 512;
const STEPS = 160;

const used = fc.array(fc.tuple(fc.nat(STEPS - 1), fc.integer({ min: 1, max: 24 })), {
  maxLength: 8,
});
const asked = fc.record({
  length: fc.integer({ min: 1, max: 40 }).map((steps) => steps * STEP),
  sourceOffset: fc.nat(64).map((steps) => steps * STEP),
  alignment: fc.constantFrom(1, STEP, 1024, PAGE),
  maxAlignment: fc.constantFrom(undefined, 2 * PAGE, 8 * PAGE),
});

/** What a place must be, said of one address. */
function fits(
  { length, sourceOffset, alignment }: AllocateIovaRequest & { length: number },
  place: bigint,
  free: RangeSet,
): boolean {
  return (
    place >= 4096n &&
    place + BigInt(length) - 1n <= LAST_IOVA - 4096n &&
    place % BigInt(alignment) === 0n &&
    place % 4096n === BigInt(sourceOffset) % 4096n &&
    free.contains(place, place + BigInt(length) - 1n)
  );
}

describe('allocateIova against every address (iommufd/io_pagetable.c, iopt_alloc_iova)', () => {
  for (const [where, base] of [
    ['at 0', 0n],
    ['across 2^53', 2n ** 53n - BigInt(10 * PAGE)],
    ['at the end', 2n ** 64n - BigInt(STEPS * STEP)],
  ] as const) {
    it(`auto lowest: ${where}: the place is free, aligned, keeps the offset, and is the lowest`, () => {
      let [found, none] = [0, 0];
      fc.assert(
        fc.property(used, asked, (busy, request) => {
          const last = base + BigInt(STEPS * STEP) - 1n;
          const taken = new RangeSet();
          for (const [start, count] of busy) {
            const end = Math.min(start + count, STEPS) * STEP - 1;
            taken.add(advance(base, start * STEP), advance(base, end));
          }
          const free = taken.complement().intersect(new RangeSet([{ start: base, last }]));
          const alignment = autoIovaAlignment(request);
          const places = Array.from({ length: STEPS }, (_, step) => base + BigInt(step * STEP));
          const lowest =
            alignment < request.alignment
              ? undefined
              : places.find((place) => fits({ ...request, alignment }, place, free));
          const place = allocateIova(request, free);
          expect(place === undefined ? undefined : BigInt(place)).to.equal(lowest);
          expect(typeof place === 'bigint' && distance(0, place) < 2 ** 53).to.equal(false);
          found += place === undefined ? 0 : 1;
          none += place === undefined ? 1 : 0;
        }),
        { seed: 20261121, numRuns: 300 },
      );
      expect(Math.min(found, none)).to.be.greaterThan(20);
    });
  }
});
