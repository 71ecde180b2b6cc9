import { DmaFaultError, MdevError, type Dma } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { FakeDma } from './fake-dma.js';

function outcome(run: () => unknown): string {
  try {
    run();
    return 'ok';
  } catch (error) {
    return MdevError.is(error) ? `${error.code} ${error.reason}` : String(error);
  }
}

/** Map of 3 bytes, read-only one, write-only one, and a hole behind them. */
function fake(): FakeDma {
  return new FakeDma({
    maps: [
      { iova: 0x10, bytes: Uint8Array.of(1, 2, 3) },
      { iova: 0x13, bytes: Uint8Array.of(4, 5), write: false },
      { iova: 0x15, size: 2, read: false },
    ],
  });
}

describe('FakeDma (own rule: a fake fails as the real one does, with the same reason)', () => {
  it('reads and writes across maps of any size, and the test sees the same memory', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const dma = new FakeDma({ maps: [{ iova: 0x10, bytes }] });
    dma.map({ iova: 0x13, size: 2 });
    dma.write(0x12, Uint8Array.of(7, 8));
    const into = new Uint8Array(5);
    dma.read(0x10, into);
    expect([...into]).to.deep.equal([1, 2, 7, 8, 0]);
    expect([...bytes]).to.deep.equal([1, 2, 7]);
    expect([...dma.bytesAt(0x12, 3)]).to.deep.equal([7, 8, 0]);
    dma.poke(0x12n, Uint8Array.of(9, 10));
    expect([...dma.bytesAt(0x11, 3)]).to.deep.equal([2, 9, 10]);
  });

  for (const [what, cause, run] of [
    ['a hole', 'unmapped', (dma) => dma.read(0x20, new Uint8Array(1))],
    ['a range that ends in a hole', 'unmapped', (dma) => dma.write(0x15, new Uint8Array(3))],
    ['a write to what is read-only', 'permission', (dma) => dma.fill(0x13, 1, 0)],
    ['a read of what is write-only', 'permission', (dma) => dma.copy(0x10, 0x15, 1)],
    ['a view across maps', 'memory', (dma) => dma.view(0x10, 4, 'read')],
    [
      'a PASID that is not bound',
      'unattached',
      (dma) => dma.withPasid(9).read(0x10, new Uint8Array(1)),
    ],
  ] satisfies readonly [string, string, (dma: Dma) => unknown][]) {
    it(`${what} is EFAULT dma.fault with cause ${cause}, recorded as a fault and not as an access (iommu/dma/dma.ts)`, () => {
      const dma = fake();
      let fault: unknown;
      try {
        run(dma);
      } catch (error) {
        fault = error;
      }
      expect(fault).to.be.instanceOf(DmaFaultError);
      expect((fault as DmaFaultError).fault.cause).to.equal(cause);
      expect(dma.faults).to.deep.equal([(fault as DmaFaultError).fault]);
      expect(dma.accesses).to.deep.equal([]);
      expect([...dma.bytesAt(0x10, 7)], 'untouched').to.deep.equal([1, 2, 3, 4, 5, 0, 0]);
    });
  }

  it('a list whose lengths do not add up is EINVAL dma.list', () => {
    const run = (): void => {
      fake().gather([{ iova: 0x10, length: 2 }], new Uint8Array(3));
    };
    expect(outcome(run)).to.equal('EINVAL dma.list');
  });

  it('memory that is taken away faults, and a map over another one is refused as iommufd does', () => {
    const dma = fake();
    expect(
      outcome(() => {
        dma.map({ iova: 0x12, size: 1 });
      }),
    ).to.equal('EEXIST dma.overlap');
    expect(dma.unmap(0x10, 3)).to.equal(3);
    expect(
      outcome(() => {
        dma.read(0x10, new Uint8Array(1));
      }),
    ).to.equal('EFAULT dma.fault');
    expect(() => dma.bytesAt(0x10, 1)).to.throw(RangeError, 'nothing is mapped at 0x10');
    expect(() => {
      dma.map({ iova: 0 });
    }).to.throw(TypeError, 'bytes or a size');
  });

  it('faults are told to events, and counted', () => {
    const events: unknown[] = [];
    const dma = new FakeDma({ events: { report: (event) => events.push(event) } });
    outcome(() => {
      dma.fill(4, 2, 0);
    });
    const fault = { pasid: 1, iova: 4n, length: 2, access: 'write', cause: 'unmapped' };
    expect(events).to.deep.equal([{ kind: 'fault', ...fault }]);
    expect(dma.counters).to.deep.equal({ bytesRead: 0, bytesWritten: 0, faults: 1 });
  });

  it('another PASID leads to its own memory while it is bound', () => {
    const dma = new FakeDma({ pasid: 5, maps: [{ iova: 0, bytes: Uint8Array.of(1) }] });
    const other = dma.bind(6, [{ iova: 0, bytes: Uint8Array.of(2) }]);
    const port = dma.withPasid(6);
    port.copy(0, 0, 1);
    port.write(0, Uint8Array.of(3));
    expect([[...dma.bytesAt(0, 1)], [...other.bytesAt(0, 1)]]).to.deep.equal([[1], [3]]);
    expect(dma.accesses.map(({ pasid, bytes }) => [pasid, ...bytes])).to.deep.equal([
      [6, 2],
      [6, 2],
      [6, 3],
    ]);
    using access = port.access({ name: 'other' });
    dma.unbind(6);
    expect(access.isClosed).to.equal(true);
    expect(
      outcome(() => {
        port.write(0, Uint8Array.of(4));
      }),
    ).to.equal('EFAULT dma.fault');
    expect(dma.faults.map(({ pasid }) => pasid)).to.deep.equal([6]);
    expect(dma.withPasid(5).pasid).to.equal(5);
  });
});
