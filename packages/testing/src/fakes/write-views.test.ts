import { expect } from 'chai';
import { describe, it } from 'mocha';
import { FakeDma } from './fake-dma.js';

/** `iova bytes`, and which of them were changed. */
function written({ accesses }: FakeDma): string[] {
  return accesses.map(({ iova, bytes, changed }) =>
    [String(iova), bytes.join(), ...(changed === undefined ? [] : [`(${changed.join('')})`])].join(
      ' ',
    ),
  );
}

const fake = (): FakeDma => new FakeDma({ maps: [{ iova: 0, bytes: Uint8Array.of(1, 2, 3, 4) }] });

describe('views for writing in the record of a FakeDma (own rule: what differs was written by the device)', () => {
  it('a view that nobody wrote is no write, also when the client changes the memory by poke', () => {
    const dma = fake();
    dma.view(0, 4, 'write');
    dma.poke(1, Uint8Array.of(9));
    dma.bind(5, [{ iova: 0, size: 2 }]).poke(0, Uint8Array.of(7));
    dma.withPasid(5).view(0, 2, 'write');
    expect(written(dma)).to.deep.equal([]);
  });

  it('what the device writes through one shows with all that the view holds, and keeps what it was', () => {
    const dma = fake();
    const [view] = dma.views(1, 2, 'write');
    view?.set([9], 1);
    expect(written(dma)).to.deep.equal(['1 2,9 (01)']);
    dma.poke(2, Uint8Array.of(0));
    expect(written(dma)).to.deep.equal(['1 2,9 (01)']);
  });

  it('it stands where it happened, between other accesses', () => {
    const dma = fake();
    const view = dma.view(0, 2, 'write');
    view.set([7]);
    dma.fill(2, 1, 8);
    view.set([6]);
    dma.read(3, new Uint8Array(1));
    expect(written(dma)).to.deep.equal(['0 7,2 (10)', '2 8', '0 6,2 (10)', '3 4']);
  });

  it('what others write there is not written through the view: fill, copy, write, store, scatter, rw', async () => {
    const dma = fake();
    dma.view(0, 4, 'write');
    dma.fill(0, 1, 20);
    dma.copy(1, 0, 1);
    dma.write(2, Uint8Array.of(21));
    await dma.store(3, Uint8Array.of(22));
    dma.scatter([{ iova: 0, length: 1 }], Uint8Array.of(23));
    using access = dma.access({ name: 'a' });
    access.rw(1, Uint8Array.of(24), { write: true });
    expect(dma.accesses.filter(({ changed }) => changed !== undefined)).to.deep.equal([]);
    expect(dma.accesses.length).to.equal(7);
  });

  it('of two views of the same memory the later one has written it, once', () => {
    const dma = fake();
    const first = dma.view(0, 4, 'write');
    dma.view(1, 2, 'write');
    first.set([5, 6]);
    expect(written(dma)).to.deep.equal(['1 6,3 (10)', '0 5,6,3,4 (1000)']);
    dma.view(0, 4, 'write')[0] = 8;
    expect(written(dma).slice(2)).to.deep.equal(['0 8,6,3,4 (1000)']);
  });

  it('what is written through the views of a pin shows, what is read by those of a pin for reading, too', () => {
    using dma = new FakeDma({ maps: [{ iova: 0x1000, size: 4096 }] });
    using access = dma.access({
      name: 'ring',
      needsPin: true,
      unmap: () => undefined,
      onRevoked: () => undefined,
    });
    using pin = access.pin(0x1000, 3, { write: true });
    using other = access.pin(0x1000, 2);
    pin.views()[0]?.set([1, 2], 1);
    other.views();
    pin.write(0, Uint8Array.of(4));
    expect(written(dma)).to.deep.equal(['4096 0,1,2 (011)', '4096 0,1', '4096 4']);
  });

  it('clear forgets what was written, and goes on to look at the views', () => {
    const dma = fake();
    const view = dma.view(0, 2, 'write');
    view.set([8]);
    dma.clear();
    expect(written(dma)).to.deep.equal([]);
    view.set([9]);
    expect(written(dma)).to.deep.equal(['0 9,2 (10)']);
  });

  it('what cannot be told: bytes that stood there before, and what was undone before anybody looked', () => {
    const dma = fake();
    const view = dma.view(0, 2, 'write');
    view.set([1, 2]);
    view.set([5]);
    view.set([1]);
    expect(written(dma)).to.deep.equal([]);
  });
});
