import { expect } from 'chai';
import { describe, it } from 'mocha';
import { settled } from '../../errors/outcome.test-support.js';
import { EventHub } from '../../device/event-queue.js';
import { silentLogger } from '../../log/index.js';
import type { MemoryObject } from '../memory/index.js';
import { AddressSpace } from '../space/index.js';
import { DmaPort } from './dma-port.js';

const PAGE = 4096;

/** Memory that can only be asked for: as what a peer does not share by a descriptor. */
class AskedMemory implements MemoryObject {
  readonly size = PAGE;
  readonly writable = true;
  readonly bytes = undefined;
  readonly content = new Uint8Array(PAGE);
  fails = false;

  read(): void {
    throw new Error('ask by fetch');
  }

  write(): void {
    throw new Error('ask by store');
  }

  view(): undefined {
    return undefined;
  }

  pin(): Disposable {
    return { [Symbol.dispose]: () => undefined };
  }

  async fetch(offset: number, into: Uint8Array): Promise<void> {
    await Promise.resolve();
    this.#check();
    into.set(this.content.subarray(offset, offset + into.length));
  }

  async store(offset: number, from: Uint8Array): Promise<void> {
    await Promise.resolve();
    this.#check();
    this.content.set(from, offset);
  }

  #check(): void {
    if (this.fails) {
      throw new Error('the peer is gone');
    }
  }
}

function world(): { dma: DmaPort; asked: AskedMemory; plain: Uint8Array; space: AddressSpace } {
  const space = new AddressSpace();
  const asked = new AskedMemory();
  const plain = new Uint8Array(PAGE);
  space.map({ iova: 0, memory: asked });
  space.map({ iova: PAGE, memory: plain });
  return { dma: DmaPort.onto(space, new EventHub(silentLogger)), asked, plain, space };
}

describe('fetch and store (vfio-user protocol specification, DMA_READ and DMA_WRITE)', () => {
  it('fetch store: cross from memory that is asked for into memory that is there', async () => {
    const { dma, asked, plain } = world();
    await dma.store(PAGE - 2, Uint8Array.of(1, 2, 3, 4));
    expect([...asked.content.subarray(-2), ...plain.subarray(0, 2)]).to.deep.equal([1, 2, 3, 4]);
    const into = new Uint8Array(4);
    await dma.fetch(PAGE - 2, into);
    expect([...into]).to.deep.equal([1, 2, 3, 4]);
    expect(dma.counters.bytesRead).to.equal(4);
    expect(dma.counters.bytesWritten).to.equal(4);
  });

  it('fetch only: an access at once of such memory faults, with cause memory', () => {
    const { dma } = world();
    expect(() => {
      dma.read(0, new Uint8Array(4));
    }).to.throw(/cause=memory/);
  });

  it('fetch faults: as a read does, before anything is asked', async () => {
    const { dma } = world();
    expect(await settled(dma.fetch(2 * PAGE - 2, new Uint8Array(4)))).to.equal('EFAULT dma.fault');
    expect(await settled(dma.store(2 * PAGE - 2, new Uint8Array(4)))).to.equal('EFAULT dma.fault');
  });

  it('fetch lost: memory that fails meanwhile is a fault with its error as the cause', async () => {
    const { dma, asked } = world();
    asked.fails = true;
    expect(await settled(dma.fetch(0, new Uint8Array(4)))).to.equal('EFAULT dma.fault');
    expect(await settled(dma.store(0, new Uint8Array(4)))).to.equal('EFAULT dma.fault');
  });

  it('store dirty: what is stored counts as written', async () => {
    const { dma, space } = world();
    space.startDirtyTracking({ pageSize: PAGE });
    await dma.store(PAGE, new Uint8Array(4));
    const bitmap = new Uint8Array(8);
    space.reportDirty(0, 2 * PAGE, PAGE, bitmap);
    expect(bitmap[0]).to.equal(2);
  });
});
