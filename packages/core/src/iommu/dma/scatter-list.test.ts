import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import { DmaBench, FAULT } from './dma-bench.test-support.js';
import type { DmaSegment } from './dma.js';

function list(...segments: (readonly [iova: number | bigint, length: number])[]): DmaSegment[] {
  return segments.map(([iova, length]) => ({ iova, length }));
}

describe('scatter lists (own rule dma list: all segments are checked before the first byte moves)', () => {
  it('dma gather: gathers in the order of the list, and counts', () => {
    const { port } = new DmaBench();
    const into = new Uint8Array(5);
    port.gather(list([3 * PAGE, 1], [PAGE, 2], [BigInt(2 * PAGE - 1), 2]), into);
    expect([...into]).to.deep.equal([3, 1, 1, 1, 2]);
    expect(port.counters).to.deep.equal({ bytesRead: 5, bytesWritten: 0, faults: 0 });
  });

  it('dma scatter: scatters in the order of the list: of segments that overlap the later one stays', () => {
    const bench = new DmaBench();
    bench.port.scatter(
      list([PAGE, 3], [PAGE + 2, 2], [PAGE + 1, 1]),
      Uint8Array.of(10, 11, 12, 13, 14, 15),
    );
    expect(bench.read(PAGE, 5)).to.deep.equal([10, 15, 13, 14, 1]);
    expect(bench.port.counters.bytesWritten).to.equal(6);
  });

  it('dma nothing: a segment of 0 bytes is passed over, wherever it lies; so is an empty list', () => {
    const { port, events } = new DmaBench();
    const into = new Uint8Array(1);
    port.gather(list([0, 0], [NaN, 0], [PAGE, 1], [2n ** 64n, 0]), into);
    port.gather([], new Uint8Array(0));
    port.scatter([], new Uint8Array(0));
    expect([...into]).to.deep.equal([1]);
    expect(events).to.deep.equal([]);
  });

  for (const [what, segments] of [
    ['shorter', list([PAGE, 2], [PAGE, 1])],
    ['longer', list([PAGE, 2], [PAGE, 3])],
    ['empty', []],
    ['much longer', list([PAGE, 2 ** 53 - 1], [PAGE, 2 ** 53 - 1])],
  ] as const) {
    it(`dma list: a list that is ${what} than its buffer is EINVAL, and no fault`, () => {
      const bench = new DmaBench();
      const buffer = new Uint8Array(4).fill(9);
      expect(outcome(() => bench.port.gather(segments, buffer))).to.equal('EINVAL dma.list');
      expect(outcome(() => bench.port.scatter(segments, buffer))).to.equal('EINVAL dma.list');
      expect([...buffer]).to.deep.equal([9, 9, 9, 9]);
      expect(bench.isUntouched).to.equal(true);
      expect(bench.port.counters).to.deep.equal({ bytesRead: 0, bytesWritten: 0, faults: 0 });
    });
  }

  it('dma fault: the segment that faults is named, and no other is transferred', () => {
    const bench = new DmaBench();
    const into = new Uint8Array(6).fill(9);
    const reads = list([PAGE, 2], [4 * PAGE - 1, 3], [0, 1]);
    const writes = list([PAGE, 2], [3 * PAGE - 1, 3], [0, 1]);
    expect(outcome(() => bench.port.gather(reads, into))).to.equal(FAULT);
    expect(outcome(() => bench.port.scatter(writes, into))).to.equal(FAULT);
    expect([...into]).to.deep.equal([9, 9, 9, 9, 9, 9]);
    expect(bench.isUntouched).to.equal(true);
    const fault = { kind: 'fault', pasid: 0, length: 3, cause: 'permission' };
    expect(bench.events).to.deep.equal([
      { ...fault, iova: BigInt(4 * PAGE - 1), access: 'read' },
      { ...fault, iova: BigInt(3 * PAGE - 1), access: 'write' },
    ]);
  });

  it('dma list: bug: a list that is too long is refused before any of its segments is looked at', () => {
    const bench = new DmaBench();
    const looked: unknown[] = [];
    const find = bench.space.find.bind(bench.space);
    bench.space.find = (iova) => {
      looked.push(iova);
      return find(iova);
    };
    const buffer = new Uint8Array(4);
    for (const lengths of [
      [PAGE, PAGE, 2 ** 64],
      [PAGE, PAGE],
    ]) {
      const segments = lengths.map((length) => ({ iova: PAGE, length }));
      outcome(() => bench.port.gather(segments, buffer));
    }
    expect(looked).to.deep.equal([]);
  });

  it('dma list: lengths that cancel each other out do not pass', () => {
    const bench = new DmaBench();
    const buffer = new Uint8Array(4);
    for (const lengths of [
      [8, -4],
      [2.5, 1.5],
    ] as const) {
      const segments = lengths.map((length) => ({ iova: PAGE, length }));
      expect(outcome(() => bench.port.gather(segments, buffer))).to.equal(FAULT);
      expect(outcome(() => bench.port.scatter(segments, buffer))).to.equal(FAULT);
    }
    expect(bench.isUntouched).to.equal(true);
  });
});
