import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Iova } from '../dma/dma.js';
import { normalIova } from '../iova.js';
import { AreaMap } from './area-map.js';
import { Area } from './area.js';
import { IoTlb } from './io-tlb.js';
import { sized } from './space.test-support.js';

const SLOTS = 300;
const SLOT = 3 * 4096;
const memory = sized(SLOT);

/** A map of one slot of the model covers the middle of its three pages, and some of the others. */
const call = fc.record({
  slot: fc.nat(SLOTS - 1),
  isInsert: fc.boolean(),
  before: fc.constantFrom(0, 0, 1, 4096),
  after: fc.constantFrom(0, 0, 1, 4096),
  probe: fc.nat(SLOTS * SLOT - 1),
  span: fc.nat(5 * SLOT),
});

describe('AreaMap and IoTlb against a Map (own rule: the cache is never seen)', () => {
  for (const [title, base] of [
    ['numbers', 2n ** 40n],
    ['numbers and bigints', 2n ** 53n - BigInt(150 * SLOT + 4096)],
    ['bigints', 2n ** 64n - BigInt(SLOTS * SLOT)],
  ] as const) {
    const at = (offset: number): Iova => normalIova(base + BigInt(offset));

    it(`finds, ranges and order are the same: ${title}`, () => {
      fc.assert(
        fc.property(fc.array(call, { minLength: 300, maxLength: 300 }), (calls) => {
          const map = new AreaMap();
          const model = new Map<number, Area>();
          const offsetOf = (iova: Iova): number => Number(BigInt(iova) - base);
          const found = (offset: number): Area | undefined => {
            const area = model.get(Math.floor(offset / SLOT));
            const inside = area === undefined ? -1 : offset - offsetOf(area.start);
            return area !== undefined && inside >= 0 && inside < area.size ? area : undefined;
          };
          for (const { slot, isInsert, before, after, probe, span } of calls) {
            const old = model.get(slot);
            if (old !== undefined) {
              map.remove(old);
              model.delete(slot);
              expect(old.size).to.equal(0);
            } else if (isInsert) {
              const area = new Area(
                at(slot * SLOT + 4096 - before),
                before + 4096 + after,
                memory,
                memory.bytes,
                0,
                3,
              );
              map.insert(area);
              model.set(slot, area);
            }
            for (const offset of [probe, slot * SLOT, slot * SLOT + 4096, slot * SLOT + 2 * 4096]) {
              // Twice, as the second is from the cache; a bigint goes another way.
              for (const iova of [at(offset), at(offset), base + BigInt(offset)]) {
                expect(map.find(iova)).to.equal(found(offset));
              }
            }
            const last = Math.min(probe + span, SLOTS * SLOT - 1);
            const all = [...model.values()].sort((a, b) => offsetOf(a.start) - offsetOf(b.start));
            const inside = all.filter(
              ({ start, size }) => offsetOf(start) + size > probe && offsetOf(start) <= last,
            );
            expect(map.within(at(probe), at(last))).to.deep.equal(inside);
            expect(map.overlaps(at(probe), at(last))).to.equal(inside.length > 0);
            expect(map.size).to.equal(model.size);
            const next = all.find(({ start, size }) => offsetOf(start) + size > probe);
            expect(map.from(at(probe)).next().value).to.equal(next);
          }
        }),
        { seed: 20261121, numRuns: 10 },
      );
    });
  }

  it('the cache grows with the maps, forgets those that are gone, and shrinks with them', () => {
    const tlb = new IoTlb();
    const areas = Array.from(
      { length: 5000 },
      (_, i) => new Area(i * 4096, 4096, memory, memory.bytes, 0, 3),
    );
    const known = (): number =>
      areas.filter((area, i) => tlb.find(i * 4096 + 4095) === area).length;
    for (const mapCount of [5000, 1]) {
      for (const [i, area] of areas.entries()) {
        tlb.add(i * 4096, area, Math.max(mapCount, i + 1));
      }
      expect(known(), 'pages in a row do not share slots').to.equal(5000);
    }
    areas[7]?.retire();
    expect(tlb.find(7 * 4096)).to.equal(undefined);
    tlb.shrink(4999);
    expect(tlb.find(4999 * 4096)).to.equal(areas[4999]);
    tlb.shrink(10);
    expect(known()).to.equal(0);
  });
});
