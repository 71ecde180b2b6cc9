import { DmaFaultError } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { FakeDma } from './fake-dma.js';

/** `access iova bytes`, as it is now. */
function recorded({ accesses }: FakeDma): string[] {
  return accesses.map(({ access, iova, bytes }) => `${access} ${String(iova)} ${bytes.join()}`);
}

const maps = (): { iova: number; bytes: Uint8Array }[] => [
  { iova: 0, bytes: Uint8Array.of(1, 2, 3, 4) },
  { iova: 4, bytes: Uint8Array.of(5, 6) },
];

describe('what a FakeDma records (own rule: every access that succeeded, in order)', () => {
  it('read, write, fetch, store and fill: the bytes as they were moved', async () => {
    const dma = new FakeDma({ maps: maps() });
    const buffer = new Uint8Array(2);
    dma.read(3n, buffer);
    dma.write(0, Uint8Array.of(9));
    await dma.fetch(0, buffer);
    await dma.store(4, buffer);
    dma.fill(1, 2, 0x107);
    expect(recorded(dma)).to.deep.equal([
      'read 3 4,5',
      'write 0 9',
      'read 0 9,2',
      'write 4 9,2',
      'write 1 7,7',
    ]);
  });

  it('store: the bytes of the call, whatever its buffer holds when it has ended', async () => {
    const dma = new FakeDma({ maps: maps() });
    const buffer = Uint8Array.of(8, 9);
    const stored = dma.store(0, buffer);
    buffer.fill(0);
    await stored;
    expect(recorded(dma)).to.deep.equal(['write 0 8,9']);
    expect([...dma.bytesAt(0, 2)]).to.deep.equal([8, 9]);
  });

  it('copy: one read and one write of what was there before, also where they overlap', () => {
    const dma = new FakeDma({ maps: maps() });
    dma.copy(1, 0, 4);
    expect(recorded(dma)).to.deep.equal(['read 0 1,2,3,4', 'write 1 1,2,3,4']);
  });

  it('gather and scatter: segment by segment', () => {
    const dma = new FakeDma({ maps: maps() });
    const list = [
      { iova: 5, length: 1 },
      { iova: 0, length: 2 },
    ];
    dma.gather(list, new Uint8Array(3));
    dma.scatter(list, Uint8Array.of(7, 8, 9));
    expect(recorded(dma)).to.deep.equal(['read 5 6', 'read 0 1,2', 'write 5 7', 'write 0 8,9']);
  });

  it('a view for reading: what was there', () => {
    const dma = new FakeDma({ maps: maps() });
    dma.view(0, 2, 'read');
    dma.poke(0, Uint8Array.of(0));
    expect(recorded(dma)).to.deep.equal(['read 0 1,2']);
  });

  it('an access of 0 bytes is none (iommu/dma/dma.ts)', () => {
    const dma = new FakeDma();
    dma.read(77, new Uint8Array(0));
    dma.copy(1, 2, 0);
    expect(dma.accesses).to.deep.equal([]);
  });

  it('addresses beyond 2^53 are bigints, and clear forgets all', () => {
    const iova = 2n ** 60n;
    const dma = new FakeDma({ maps: [{ iova, size: 8 }] });
    dma.write(iova + 1n, Uint8Array.of(1));
    dma.write(iova + 2n, Uint8Array.of(2));
    expect(dma.accesses.map((access) => access.iova)).to.deep.equal([iova + 1n, iova + 2n]);
    expect(() => dma.withPasid(3).fill(0, 1, 0)).to.throw();
    dma.clear();
    expect([dma.accesses, dma.faults]).to.deep.equal([[], []]);
    expect([...dma.bytesAt(iova, 4)]).to.deep.equal([0, 1, 2, 0]);
  });

  it('an access of the driver: rw and what goes through pins; it ends with the fake', () => {
    const revoked: unknown[] = [];
    const dma = new FakeDma({ maps: [{ iova: 0x1000, size: 4096 }] });
    const access = dma.access({
      name: 'ring',
      needsPin: true,
      unmap: () => undefined,
      onRevoked: (range) => revoked.push(range.iova),
    });
    access.rw(0x1001, Uint8Array.of(1, 2), { write: true });
    const pin = access.pin(0x1000, 16, { write: true });
    pin.write(4, Uint8Array.of(3));
    pin.read(1, new Uint8Array(2));
    expect(recorded(dma)).to.deep.equal(['write 4097 1,2', 'write 4100 3', 'read 4097 1,2']);
    expect([access.name, access.pinCount, pin.isWritable, pin.length]).to.deep.equal([
      'ring',
      1,
      true,
      16,
    ]);
    const other = access.pin(0x1000, 1);
    expect(other.views().map(({ length }) => length)).to.deep.equal([1]);
    other.unpin();
    other[Symbol.dispose]();
    expect(access.pinCount).to.equal(1);
    dma[Symbol.dispose]();
    expect([access.isClosed, revoked, pin.isRevoked]).to.deep.equal([true, [0x1000], true]);
    expect(() => dma.fill(0x1000, 1, 0)).to.throw('dma.fault');
  });

  it('an access that the driver disposes is closed, and the device goes on', () => {
    const dma = new FakeDma({ maps: [{ iova: 0, size: 1 }] });
    const access = dma.access({ name: 'short' });
    access[Symbol.dispose]();
    expect(() => {
      access.rw(0, Uint8Array.of(1), { write: true });
    }).to.throw('access.detached');
    dma.write(0, Uint8Array.of(2));
    expect(recorded(dma)).to.deep.equal(['write 0 2']);
  });

  it('a request moves nothing: it resolves for what is there, and faults where nobody can be asked', async () => {
    const dma = new FakeDma({ maps: [{ iova: 0, size: 1 }] });
    await dma.request(0, 1, 'read');
    const refused: unknown = await dma.request(0, 2, 'read').catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(DmaFaultError);
    expect([dma.accesses, dma.faults.length]).to.deep.equal([[], 1]);
  });
});
