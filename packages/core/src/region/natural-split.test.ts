import { expect } from 'chai';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';

import { isNatural, naturalSize } from './natural-split.js';
import { Recorder, buffer, bytesOf } from './recorder.test-support.js';
import { Region } from './region.js';

const SIZE = 96;

describe('natural split (drivers/vfio/pci/vfio_pci_rdwr.c, vfio_pci_core_do_io_rw)', () => {
  it('takes the largest aligned access first', () => {
    const recorder = new Recorder(64);
    const region = new Region({
      name: 'bar0',
      size: 64,
      ranges: [{ kind: 'trapped', offset: 0, size: 64, handler: recorder }],
    });
    expect(region.read(1, buffer(32), 0, 30)).to.equal(30);
    expect(recorder.accesses).to.deep.equal([
      [1, 1],
      [2, 2],
      [4, 4],
      [8, 8],
      [16, 8],
      [24, 4],
      [28, 2],
      [30, 1],
    ]);
  });

  it('aligns by the offset in the region, not in the range', () => {
    const recorder = new Recorder(16);
    const region = new Region({
      name: 'bar0',
      size: 64,
      ranges: [{ kind: 'trapped', offset: 6, size: 12, handler: recorder }],
    });
    expect(region.write(0, buffer(32), 0, 32)).to.equal(32);
    expect(recorder.accesses).to.deep.equal([
      [0, 2],
      [2, 8],
      [10, 2],
    ]);
  });

  it('is left out with split none', () => {
    const recorder = new Recorder(16);
    const region = new Region({
      name: 'bar0',
      size: 64,
      ranges: [{ kind: 'trapped', offset: 5, size: 13, handler: recorder, split: 'none' }],
    });
    expect(region.read(0, buffer(32), 0, 32)).to.equal(32);
    expect(region.read(7, buffer(32), 0, 3)).to.equal(3);
    expect(recorder.accesses).to.deep.equal([
      [0, 13],
      [2, 3],
    ]);
  });

  it('works beyond 4 GiB', () => {
    expect(naturalSize(2 ** 39 + 4, 100)).to.equal(4);
    expect(naturalSize(2 ** 32, 8)).to.equal(8);
    expect(isNatural(2 ** 39 + 4, 8)).to.equal(false);
    expect(isNatural(2 ** 39 + 8, 8)).to.equal(true);
  });

  it('calls whole exactly what it would not split (property)', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 41 }), fc.integer({ min: 1, max: 20 }), (position, length) => {
        expect(isNatural(position, length)).to.equal(naturalSize(position, length) === length);
      }),
      { seed: 20261121, numRuns: 500 },
    );
    expect([
      isNatural(0.5, 1),
      isNatural(4.5, 4),
      isNatural(NaN, 4),
      isNatural(0, 0),
    ]).to.deep.equal([false, false, false, false]);
  }).timeout(30_000);

  it('shows only aligned 1, 2, 4 and 8 to handlers, and concatenates to the request (property)', () => {
    const access = fc.record({
      isWrite: fc.boolean(),
      offset: fc.nat(SIZE - 1),
      length: fc.integer({ min: 1, max: SIZE }),
    });
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: SIZE - 1 }), { maxLength: 5 });
    fc.assert(
      fc.property(cuts, fc.array(access, { maxLength: 8 }), (inner, accesses) => {
        const edges = [0, ...inner.sort((a, b) => a - b), SIZE];
        const handlers = edges.slice(1).map((end, i) => new Recorder(end - (edges[i] ?? 0)));
        const ranges = handlers.map((handler, i) => ({
          kind: 'trapped' as const,
          offset: edges[i] ?? 0,
          size: handler.bytes.length,
          handler,
        }));
        const region = new Region({ name: 'bar0', size: SIZE, ranges });
        const model = handlers.flatMap((handler) => [...handler.bytes]);
        accesses.forEach(({ isWrite, offset, length }, round) => {
          const data = buffer(SIZE + 4, round);
          const count = Math.min(length, SIZE - offset);
          handlers.forEach((handler) => handler.seen.splice(0));
          if (isWrite) {
            expect(region.write(offset, data, 3, length)).to.equal(count);
            model.fill(round, offset, offset + count);
          } else {
            expect(region.read(offset, data, 3, length)).to.equal(count);
            expect(bytesOf(data)).to.deep.equal([
              ...new Array<number>(3).fill(round),
              ...model.slice(offset, offset + count),
              ...new Array<number>(SIZE + 1 - count).fill(round),
            ]);
          }
          let next = offset;
          handlers.forEach((handler, i) => {
            for (const seen of handler.seen) {
              const position = (edges[i] ?? 0) + seen.offset;
              expect(position).to.equal(next);
              expect([1, 2, 4, 8]).to.include(seen.length);
              expect(position % seen.length).to.equal(0);
              next += seen.length;
            }
          });
          expect(next).to.equal(offset + count);
        });
        expect(handlers.flatMap((handler) => [...handler.bytes])).to.deep.equal(model);
      }),
      { seed: 20261121, numRuns: 100 },
    );
  }).timeout(30_000);
});
