import { expect } from 'chai';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { outcome } from '../../errors/outcome.test-support.js';
import { IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import { DmaBench, FAULT } from './dma-bench.test-support.js';

const SOURCE = 'drivers/vfio/vfio_iommu_type1.c, vfio_iommu_type1_dma_rw';

/** A buffer that its owner can shrink; the compiler's library does not know it yet. */
function resizable(size: number): ArrayBuffer & { resize(size: number): void } {
  return Reflect.construct(ArrayBuffer, [size, { maxByteLength: size }]) as ReturnType<
    typeof resizable
  >;
}

describe(`DMA of a device (${SOURCE})`, () => {
  it('dma across: reads across adjacent maps', () => {
    const bench = new DmaBench();
    expect(bench.read(2 * PAGE - 2, 4)).to.deep.equal([1, 1, 2, 2]);
    expect(bench.read(BigInt(2 * PAGE - 2), 4), 'as a bigint').to.deep.equal([1, 1, 2, 2]);
  });

  it('dma across: writes across adjacent maps, and no byte beside', () => {
    const bench = new DmaBench();
    expect(bench.write(2 * PAGE - 2, [7, 8, 9])).to.equal('written');
    expect([...(bench.pages[1]?.subarray(-3) ?? [])]).to.deep.equal([1, 7, 8]);
    expect([...(bench.pages[2]?.subarray(0, 2) ?? [])]).to.deep.equal([9, 2]);
  });

  for (const [where, iova, length] of [
    ['all in a hole', 0, 4],
    ['from a hole', PAGE - 1, 2],
    ['that ends in a hole', 2 * PAGE, 3 * PAGE + 1],
  ] as const) {
    it(`dma fault: an access ${where} faults, transfers nothing, and is reported`, () => {
      const bench = new DmaBench(3);
      const into = new Uint8Array(length).fill(0xee);
      expect(outcome(() => bench.port.read(iova, into))).to.equal(FAULT);
      expect(into.every((byte) => byte === 0xee)).to.equal(true);
      expect(bench.write(iova, new Array<number>(length).fill(0xff))).to.equal(FAULT);
      bench.pages.forEach((page, i) => {
        expect(
          page.every((byte) => byte === i),
          `page ${i}`,
        ).to.equal(true);
      });
      // The longest of them meets a map that does not allow it before the hole.
      const [read, write] = where === 'that ends in a hole' ? [4, 3] : [0, 0];
      const causes = [read, write].map((page) => (page === 0 ? 'unmapped' : 'permission'));
      const fault = { kind: 'fault', pasid: 3, iova: BigInt(iova), length };
      expect(bench.events).to.deep.equal([
        { ...fault, access: 'read', cause: causes[0] },
        { ...fault, access: 'write', cause: causes[1] },
      ]);
      expect(bench.port.counters).to.deep.equal({ bytesRead: 0, bytesWritten: 0, faults: 2 });
    });
  }

  it('dma write only: a map without a permission faults, also at the end of a range', () => {
    const bench = new DmaBench();
    expect(bench.read(3 * PAGE, 1)).to.deep.equal([3]);
    expect(bench.write(3 * PAGE, [1])).to.equal(FAULT);
    expect(bench.write(4 * PAGE, [1])).to.equal('written');
    expect(bench.read(4 * PAGE, 1)).to.equal(FAULT);
    expect(bench.write(3 * PAGE - 1, [9, 9])).to.equal(FAULT);
    expect(bench.pages[2]?.at(-1), 'nothing before the fault either').to.equal(2);
  });

  it('dma end: the first byte beyond 2^64 faults', () => {
    const bench = new DmaBench();
    bench.space.map({ iova: 2n ** 64n - BigInt(PAGE), memory: new Uint8Array(PAGE) });
    expect(bench.read(2n ** 64n - 1n, 1)).to.deep.equal([0]);
    expect(bench.read(2n ** 64n - 1n, 2)).to.equal(FAULT);
  });

  for (const iova of [-1, -1n, 2n ** 64n, 0.5, PAGE + 0.5, NaN, Infinity, 2 ** 53, -(2n ** 80n)]) {
    it(`dma address: ${iova} (${typeof iova}) is no address: EFAULT, for read, write and view`, () => {
      const bench = new DmaBench();
      expect(bench.read(iova, 1)).to.equal(FAULT);
      expect(bench.write(iova, [1])).to.equal(FAULT);
      expect(outcome(() => bench.port.view(iova, 1, 'read'))).to.equal(FAULT);
      expect(bench.port.counters.faults).to.equal(3);
    });
  }

  it('dma nothing: nothing to transfer is no fault', () => {
    const bench = new DmaBench();
    expect(bench.read(0, 0)).to.deep.equal([]);
    expect(bench.port.counters).to.deep.equal({ bytesRead: 0, bytesWritten: 0, faults: 0 });
  });

  it('the error tells iova, length and access', () => {
    const bench = new DmaBench();
    expect(() => {
      bench.port.read(16, new Uint8Array(4));
    }).to.throw('iova=16, length=4, access=read');
  });

  it('dma counters: counts bytes of both directions', () => {
    const bench = new DmaBench();
    bench.read(PAGE, 10);
    bench.write(PAGE, [1, 2, 3]);
    bench.port.view(PAGE, 100, 'read');
    bench.port.view(PAGE, 1000, 'write');
    expect(bench.port.counters).to.deep.equal({ bytesRead: 110, bytesWritten: 1003, faults: 0 });
  });

  it('dma taken away: bug: memory that the client took away faults instead of never ending', () => {
    const bench = new DmaBench();
    const { buffer } = bench.pages[1] ?? new Uint8Array(0);
    structuredClone(buffer, { transfer: [buffer] });
    expect(bench.read(PAGE, 4)).to.equal(FAULT);
    expect(bench.write(PAGE, [1])).to.equal(FAULT);
    expect(outcome(() => bench.port.view(PAGE, 1, 'read'))).to.equal(FAULT);
    expect(bench.read(2 * PAGE, 1), 'its neighbour is there').to.deep.equal([2]);
  });

  it('dma taken away: memory that the client shrank faults where it is gone, and only there', () => {
    const bench = new DmaBench();
    const buffer = resizable(PAGE);
    bench.space.map({ iova: 8 * PAGE, memory: new Uint8Array(buffer) });
    buffer.resize(100);
    expect(bench.read(8 * PAGE + 90, 10)).to.deep.equal(new Array<number>(10).fill(0));
    expect(bench.read(8 * PAGE + 90, 11)).to.equal(FAULT);
    expect(bench.write(8 * PAGE + 100, [1])).to.equal(FAULT);
    expect(bench.events).to.have.length(2);
    expect(bench.events[0]).to.include({ kind: 'fault', cause: 'memory' });
  });

  it('dma taken away: bug: a view beyond the end of a buffer that was shrunk shows nothing of its start', () => {
    const bench = new DmaBench();
    const buffer = resizable(3 * PAGE);
    new Uint8Array(buffer).fill(0x55);
    bench.space.map({ iova: 8 * PAGE, memory: new Uint8Array(buffer, PAGE, PAGE) });
    buffer.resize(PAGE + 4);
    expect(bench.read(8 * PAGE, 32)).to.equal(FAULT);
    expect(bench.read(8 * PAGE, 4)).to.equal(FAULT);
  });
});

describe('a view of client memory (own rule: one map, no copy)', () => {
  it('dma view: is the memory itself', () => {
    const bench = new DmaBench();
    const view = bench.port.view(PAGE + 4, 4, 'write');
    view.fill(0xab);
    expect([...(bench.pages[1]?.subarray(3, 9) ?? [])]).to.deep.equal([1, 171, 171, 171, 171, 1]);
  });

  it('dma view: over two maps, or without the permission, faults and is reported', () => {
    const bench = new DmaBench();
    expect(outcome(() => bench.port.view(2 * PAGE - 1, 2, 'read'))).to.equal(FAULT);
    expect(outcome(() => bench.port.view(3 * PAGE, 1, 'write'))).to.equal(FAULT);
    expect(outcome(() => bench.port.view(4 * PAGE, 1, 'read'))).to.equal(FAULT);
    expect(bench.events).to.have.length(3);
  });

  it('dma views: of a range over several maps has a piece for each', () => {
    const bench = new DmaBench();
    const views = bench.port.views(2 * PAGE - 1, PAGE + 3, 'read');
    expect(views.map((view) => [view.length, view[0]])).to.deep.equal([
      [1, 1],
      [PAGE, 2],
      [2, 3],
    ]);
    for (const [index, view] of views.entries()) {
      expect(view.buffer).to.equal(bench.pages[index + 1]?.buffer);
    }
    expect(bench.port.counters.bytesRead).to.equal(PAGE + 3);
  });

  it('dma nothing: of nothing is an empty array without a fault, also where nothing is mapped', () => {
    const bench = new DmaBench();
    expect(bench.port.view(0, 0, 'write')).to.deep.equal(new Uint8Array(0));
    expect(bench.port.view(PAGE, 0, 'write')).to.deep.equal(new Uint8Array(0));
    expect(bench.port.views(0, 0, 'read')).to.deep.equal([]);
    expect(bench.events).to.deep.equal([]);
  });
});

describe('DMA over any maps', () => {
  it('dma fault: is all or nothing, whatever it crosses; what was written is read back', () => {
    const span = fc.tuple(
      fc.tuple(fc.nat(6), fc.integer({ min: -20, max: 20 })),
      fc.array(fc.nat(255), { maxLength: 20 }),
    );
    fc.assert(
      fc.property(span, ([[page, delta], bytes]) => {
        const iova = Math.max(page * PAGE + delta, 0);
        const bench = new DmaBench();
        const touched = new Set(bytes.map((_, i) => Math.floor((iova + i) / PAGE)));
        const mayWrite = [...touched].every((page) => page === 1 || page === 2 || page === 4);
        const mayRead = [...touched].every((page) => page >= 1 && page <= 3);
        expect(bench.write(iova, bytes)).to.equal(mayWrite ? 'written' : FAULT);
        const back = mayWrite ? bytes : [...Uint8Array.from(bytes, (_, i) => (iova + i) / PAGE)];
        expect(bench.read(iova, bytes.length)).to.deep.equal(mayRead ? back : FAULT);
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });
});
