import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { outcome } from '../errors/outcome.test-support.js';
import type { DeviceEvent } from '../event/index.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from './address-space.js';
import { DmaPort } from './dma-port.js';
import type { Iova } from './dma.js';

const SOURCE = 'drivers/vfio/vfio_iommu_type1.c, vfio_iommu_type1_dma_rw';
const FAULT = 'EFAULT dma.fault';

/** Pages 1 and 2 are two maps side by side, page 3 is read-only, page 4 write-only, 0 and 5 are holes. */
class DmaBench {
  readonly events: DeviceEvent[] = [];
  readonly space = new AddressSpace();
  readonly port = new DmaPort(this.space, { report: (event) => this.events.push(event) });
  readonly pages = Array.from({ length: 6 }, (_, page) => new Uint8Array(PAGE).fill(page));

  constructor() {
    const modes = [undefined, 'rw', 'rw', 'r', 'w', undefined];
    modes.forEach((mode, page) => {
      const memory = this.pages[page];
      if (mode !== undefined && memory !== undefined) {
        this.space.map(page * PAGE, memory, mode.includes('r'), mode.includes('w'));
      }
    });
  }

  read(iova: Iova, length: number): unknown {
    const into = new Uint8Array(length).fill(0xee);
    return outcome(() => {
      this.port.read(iova, into);
      return [...into];
    });
  }

  write(iova: Iova, from: readonly number[]): unknown {
    return outcome(() => {
      this.port.write(iova, Uint8Array.from(from));
      return 'written';
    });
  }
}

describe(`DMA of a device (${SOURCE})`, () => {
  it('dma across: reads across adjacent maps', () => {
    const bench = new DmaBench();
    expect(bench.read(2 * PAGE - 2, 4)).to.deep.equal([1, 1, 2, 2]);
    expect(bench.read(BigInt(2 * PAGE - 2), 4), 'as a bigint').to.deep.equal([1, 1, 2, 2]);
  });

  it('writes across adjacent maps, and no byte beside', () => {
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
      const bench = new DmaBench();
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
      expect(bench.events).to.deep.equal([
        { kind: 'fault', iova: BigInt(iova), length, access: 'read' },
        { kind: 'fault', iova: BigInt(iova), length, access: 'write' },
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

  it('the first byte beyond 2^64 faults', () => {
    const bench = new DmaBench();
    bench.space.map(2n ** 64n - BigInt(PAGE), new Uint8Array(PAGE), true, true);
    expect(bench.read(2n ** 64n - 1n, 1)).to.deep.equal([0]);
    expect(bench.read(2n ** 64n - 1n, 2)).to.equal(FAULT);
  });

  for (const iova of [-1, -1n, 2n ** 64n, 0.5, NaN, 2 ** 53]) {
    it(`${iova} (${typeof iova}) is no address: EFAULT, for read, write and view`, () => {
      const bench = new DmaBench();
      expect(bench.read(iova, 1)).to.equal(FAULT);
      expect(bench.write(iova, [1])).to.equal(FAULT);
      expect(outcome(() => bench.port.view(iova, 1, 'read'))).to.equal(FAULT);
      expect(bench.port.counters.faults).to.equal(3);
    });
  }

  it('nothing to transfer is no fault', () => {
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

  it('counts bytes of both directions', () => {
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
});

describe('a view of client memory (own rule: one map, no copy)', () => {
  it('is the memory itself', () => {
    const bench = new DmaBench();
    const view = bench.port.view(PAGE + 4, 4, 'write');
    view.fill(0xab);
    expect([...(bench.pages[1]?.subarray(3, 9) ?? [])]).to.deep.equal([1, 171, 171, 171, 171, 1]);
  });

  it('over two maps, or without the permission, faults and is reported', () => {
    const bench = new DmaBench();
    expect(outcome(() => bench.port.view(2 * PAGE - 1, 2, 'read'))).to.equal(FAULT);
    expect(outcome(() => bench.port.view(3 * PAGE, 1, 'write'))).to.equal(FAULT);
    expect(outcome(() => bench.port.view(4 * PAGE, 1, 'read'))).to.equal(FAULT);
    expect(bench.events).to.have.length(3);
  });
});

describe('DMA over any maps', () => {
  it('is all or nothing, whatever it crosses; what was written is read back', () => {
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
