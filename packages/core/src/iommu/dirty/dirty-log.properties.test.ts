import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { normalIova } from '../iova.js';
import { DirtyLog } from './dirty-log.js';
import type { LogRange } from './log-ranges.js';
import { NAIVE_PAGE as PAGE, NaiveDirtyLog } from './naive-dirty-log.test-support.js';

const MIB = 2 ** 20;
const WINDOW = 24 * MIB;

const places: readonly (readonly [string, bigint])[] = [
  ['at 0', 0n],
  ['across 2^53', 2n ** 53n - BigInt(8 * MIB)],
  ['at the end of the space', 2n ** 64n - BigInt(WINDOW)],
];

const granules = Array.from({ length: 10 }, (_, index) => PAGE * 2 ** index);

const mark = fc.record({
  kind: fc.constant('mark' as const),
  offset: fc.oneof(fc.nat(WINDOW - 1), fc.nat(3 * PAGE)),
  length: fc.oneof(fc.nat(3 * PAGE), fc.nat(WINDOW / 4)),
});

/** Both are cut down to pages of `pageSize` inside the window. */
const window = {
  offset: fc.oneof(fc.nat(WINDOW - 1), fc.nat(3 * PAGE)),
  length: fc.oneof(fc.nat(WINDOW), fc.nat(2 * MIB)),
};

const report = fc.record({
  kind: fc.constant('report' as const),
  ...window,
  pageSize: fc.integer({ min: 0, max: 11 }).map((shift) => PAGE * 2 ** shift),
  clear: fc.option(fc.boolean(), { nil: undefined }),
  fill: fc.nat(255),
});

const clear = fc.record({ kind: fc.constant('clear' as const), ...window });

const calls = fc.array(fc.oneof(mark, mark, report, clear), { maxLength: 14 });

/** Granule numbers, taken in pairs as first and end of a range; undefined for the whole space. */
const cuts = (granule: number): fc.Arbitrary<number[] | undefined> =>
  fc.option(
    fc.uniqueArray(fc.nat(WINDOW / granule), { minLength: 2, maxLength: 8 }).map((all) => {
      const sorted = all.sort((a, b) => a - b);
      return sorted.slice(0, sorted.length - (sorted.length % 2));
    }),
    { nil: undefined },
  );

function pairs(bounds: readonly number[]): [number, number][] {
  return Array.from({ length: bounds.length / 2 }, (_, index) => [
    bounds[2 * index] ?? 0,
    bounds[2 * index + 1] ?? 0,
  ]);
}

describe('DirtyLog against one entry per page (drivers/vfio/iova_bitmap.c)', () => {
  for (const [where, base] of places) {
    const left = Number(2n ** 64n - base);
    for (const granule of granules) {
      it(`${where}, pages of ${granule / 1024} KiB: every sequence reports the same bits`, () => {
        fc.assert(
          fc.property(cuts(granule), calls, (bounds, sequence) => {
            const at = (offset: number): number | bigint => normalIova(base + BigInt(offset));
            const ranges = bounds === undefined ? undefined : pairs(bounds);
            const log = new DirtyLog({
              pageSize: granule,
              ranges: ranges?.map(([first, end]): LogRange => ({
                iova: at(first * granule),
                length: (end - first) * granule,
              })),
            });
            const naive = new NaiveDirtyLog(granule, (page) => {
              const one = Math.floor((page * PAGE) / granule);
              return (
                page * PAGE < left &&
                (ranges?.some(([first, end]) => one >= first && one < end) ?? true)
              );
            });
            for (const call of sequence) {
              if (call.kind === 'mark') {
                log.mark(at(call.offset), call.length);
                naive.mark(call.offset, call.length);
              } else if (call.kind === 'clear') {
                const length = Math.max(1, Math.min(call.length, WINDOW - call.offset));
                log.clear(at(call.offset), length);
                naive.clear(call.offset, length);
              } else {
                const { pageSize } = call;
                const offset = call.offset - (call.offset % pageSize);
                const wanted = Math.min(call.length, WINDOW - offset);
                const length = Math.max(1, Math.floor(wanted / pageSize)) * pageSize;
                const bytes = Math.ceil(length / pageSize / 8) + 2;
                const real = new Uint8Array(bytes).fill(call.fill);
                const model = new Uint8Array(bytes).fill(call.fill);
                log.report(at(offset), length, pageSize, real, { clear: call.clear });
                naive.report(offset, length, pageSize, model);
                if (call.clear !== false) {
                  naive.clear(offset, length);
                }
                expect(real).to.deep.equal(model);
              }
              expect(log.count).to.equal(naive.count);
            }
          }),
          { seed: 20261121, numRuns: 25 },
        );
      });
    }
  }
});
