import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import type { Iova } from '../dma/dma.js';
import { LAST_IOVA, normalIova } from '../iova.js';
import { AddressSpace } from './address-space.js';
import { NAIVE_LIMIT, NAIVE_PAGES, NaiveSpace } from './naive-space.test-support.js';
import { IOMMU_PAGE_SIZE as PAGE } from './requests.js';
import { sized } from './space.test-support.js';

const RUNS = 100;
const CALLS = 100;

const memories = [
  { pages: 4, writable: true },
  { pages: 8, writable: true },
  { pages: 8, writable: false },
];
const objects = memories.map(({ pages, writable }) => sized(pages * PAGE, writable));

const page = fc.nat(NAIVE_PAGES - 1);
const count = fc.nat(5);
const where = fc.option(page, { nil: undefined, freq: 4 });
const flag = fc.option(fc.boolean(), { nil: undefined });
/** Most calls of a sequence map and unmap; the rest changes the rules. */
const call = fc.record({
  kind: fc.constantFrom(
    ...(['map', 'map', 'map', 'map', 'unmap', 'unmap', 'copy', 'copy', 'constrain'] as const),
    ...(['release', 'allow', 'unmapAll'] as const),
  ),
  on: fc.nat(1),
  at: where,
  first: page,
  count,
  /** Mostly all of it. */
  access: fc.constantFrom(3, 3, 3, 1, 2, 0),
  memory: fc.nat(memories.length - 1),
  offset: fc.nat(4),
  read: flag,
  write: flag,
  owner: fc.nat(2),
  probe: fc.nat(PAGE - 1),
});
type Call = typeof call extends fc.Arbitrary<infer C> ? C : never;

class Pair {
  readonly space: AddressSpace;
  readonly naive: NaiveSpace;

  constructor(personality: 'type1v2' | 'iommufd', base: bigint) {
    this.space = new AddressSpace({ personality, mapLimit: NAIVE_LIMIT });
    const end = base + BigInt(NAIVE_PAGES * PAGE);
    const outside = [
      { start: 0, last: base - 1n },
      { start: end, last: LAST_IOVA },
    ].filter(({ start, last }) => start <= last);
    this.space.constrain(this, { reserved: outside });
    const isEnd = end > LAST_IOVA;
    // Neither the first nor the last page of all addresses is chosen (iopt_alloc_iova).
    this.naive = new NaiveSpace(personality === 'type1v2', {
      end: isEnd,
      first: base === 0n ? 1 : 0,
      last: isEnd ? NAIVE_PAGES - 2 : NAIVE_PAGES - 1,
      phase: Number((base / BigInt(PAGE)) % 512n),
    });
  }
}

for (const personality of ['type1v2', 'iommufd'] as const) {
  describe(`AddressSpace against one entry per page, ${personality} (vfio_iommu_type1.c; io_pagetable.c)`, () => {
    for (const [title, base] of [
      ['at 0', 0n],
      ['across 2^53', 2n ** 53n - BigInt(10 * PAGE)],
      ['at the end', 2n ** 64n - BigInt(NAIVE_PAGES * PAGE)],
    ] as const) {
      const owners = [{}, {}, {}];
      const at = (index: number, offset = 0): Iova =>
        normalIova(base + BigInt(index * PAGE + offset));
      const pageOf = (iova: Iova): number => Number((BigInt(iova) - base) / BigInt(PAGE));

      const answerOf = ({ space }: Pair, other: AddressSpace, c: Call): string | number => {
        const range = {
          start: at(c.first),
          last: normalIova(BigInt(at(c.first)) + BigInt(c.count * PAGE) - 1n),
        };
        const iova = c.at === undefined ? undefined : at(c.at);
        const size = c.count * PAGE;
        switch (c.kind) {
          case 'map': {
            const [read, write] = [(c.access & 1) !== 0, (c.access & 2) !== 0];
            const memory = objects[c.memory] ?? sized(0);
            return pageOf(space.map({ iova, size, memory, offset: c.offset * PAGE, read, write }));
          }
          case 'unmap':
            return space.unmap(at(c.first), size) / PAGE;
          case 'unmapAll':
            return space.unmapAll() / PAGE;
          case 'copy': {
            const request = { sourceIova: at(c.first), length: size, read: c.read, write: c.write };
            return pageOf(space.copy(other, { iova, ...request }));
          }
          case 'constrain':
            space.constrain(owners[c.owner] ?? {}, {
              reserved: c.count === 0 ? [] : [clipped(range)],
            });
            return 'done';
          case 'release':
            space.release(owners[c.owner] ?? {});
            return 'done';
          case 'allow':
            space.allow(c.count === 0 ? [] : [clipped(range)]);
            return 'done';
        }
      };

      const expectedOf = ({ naive }: Pair, other: NaiveSpace, c: Call): string | number => {
        const inside = Math.min(c.count, NAIVE_PAGES - c.first);
        const memory = memories[c.memory] ?? { pages: 0, writable: false };
        switch (c.kind) {
          case 'map':
            return naive.map({ ...c, chosenBy: c.offset, memory }, c.memory);
          case 'unmap':
            return naive.unmap(c.first, c.count);
          case 'unmapAll':
            return naive.unmapAll();
          case 'copy':
            return naive.copy(other, c.first, c, c.read, c.write);
          case 'constrain':
            return naive.constrain(c.owner, c.first, inside);
          case 'release':
            naive.reserved.delete(c.owner);
            return 'done';
          case 'allow':
            return naive.allow(c.first, inside);
        }
      };

      /** A range that ends in the window. */
      const clipped = (range: { start: Iova; last: Iova }): { start: Iova; last: Iova } => {
        const end = at(NAIVE_PAGES - 1, PAGE - 1);
        return range.last > end ? { ...range, last: end } : range;
      };

      /** What is at an address: memory, offset in it, access. */
      const shown = ({ space, naive }: Pair, index: number, offset: number): void => {
        const iova = at(index, offset);
        const area = space.find(iova);
        const found = area && [objects.indexOf(area.memory), area.memoryOffset(iova), area.access];
        const model = naive.pages[index];
        expect(found, `page ${index}`).to.deep.equal(
          model && [model.memory, model.offset * PAGE + offset, model.access],
        );
      };

      it(`${title}: ${RUNS * CALLS} calls have the same answers and leave the same pages`, () => {
        fc.assert(
          fc.property(fc.array(call, { minLength: CALLS, maxLength: CALLS }), (calls) => {
            const pairs = [new Pair(personality, base), new Pair(personality, base)] as const;
            for (const c of calls) {
              const [pair, other] = c.on === 0 ? pairs : [pairs[1], pairs[0]];
              const expected = expectedOf(pair, other.naive, c);
              const answer = outcome(() => answerOf(pair, other.space, c));
              const short = typeof answer === 'string' ? answer.split(' ')[0] : answer;
              expect(short, JSON.stringify(c)).to.equal(expected);
              for (const edge of [c.first, Math.min(c.first + c.count, NAIVE_PAGES - 1)]) {
                shown(pair, edge, 0);
                shown(pair, edge, PAGE - 1);
              }
              shown(pair, c.at ?? 0, c.probe);
            }
            for (const pair of pairs) {
              for (let index = 0; index < NAIVE_PAGES; index++) {
                shown(pair, index, 0);
              }
              const owned = pair.naive.pages.filter((model) => model !== undefined);
              expect(pair.space.mapCount).to.equal(new Set(owned.map(({ owner }) => owner)).size);
            }
          }),
          { seed: 20261121, numRuns: RUNS },
        );
      });
    }
  });
}
