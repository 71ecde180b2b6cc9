import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { MdevError, type MemoryObject } from '@mdevkit/core';
import { FakeDma, settled } from '../commands/session.test-support.js';
import { MessageMemory } from './index.js';

const SPEC = 'vfio-user specification, VFIO_USER_DMA_READ and VFIO_USER_DMA_WRITE';

function reasonOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return MdevError.is(error) ? `${error.code} ${error.reason}` : String(error);
  }
  return 'ok';
}

async function rejection(promise: Promise<void>): Promise<string> {
  return promise.then(
    () => 'ok',
    (error: unknown) =>
      reasonOf(() => {
        throw error;
      }),
  );
}

function memoryOf(dma: FakeDma, iova: number | bigint = 0x1000, largest = 0x1000): MessageMemory {
  return new MessageMemory({ dma, iova, size: 0x4000, writable: true, largest });
}

describe(`message memory (${SPEC})`, () => {
  it('message address: an offset becomes the address of the client', async () => {
    const dma = new FakeDma();
    using memory = memoryOf(dma);
    dma.memory.set([1, 2, 3], 0x1010);
    const into = new Uint8Array(3);
    await memory.fetch(0x10, into);
    await memory.store(0x20, Uint8Array.of(9));
    expect([...into]).to.deep.equal([1, 2, 3]);
    expect(dma.memory[0x1020]).to.equal(9);
    expect(dma.messages).to.deep.equal(['read 4112+3', 'write 4128+1']);
  });

  it('message address: stays exact beyond 2^53', async () => {
    for (const iova of [2 ** 53 - 4096, 2n ** 64n - 0x4000n]) {
      const dma = new FakeDma();
      using memory = memoryOf(dma, iova);
      await memory.store(0x1001, new Uint8Array(1));
      expect(dma.messages).to.deep.equal([`write ${(BigInt(iova) + 0x1001n).toString()}+1`]);
    }
  });

  it('message chunks: a transfer is cut at what one message may carry (libvfio-user test_sgl_read_write)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(0x2000),
        fc.nat(0x1000),
        fc.integer({ min: 1, max: 0x800 }),
        async (length, offset, largest) => {
          const dma = new FakeDma();
          using memory = memoryOf(dma, 0x1000, largest);
          const from = Uint8Array.from({ length }, (_, i) => (i * 7) & 0xff);
          const into = new Uint8Array(length);
          await memory.store(offset, from);
          await memory.fetch(offset, into);
          expect(into).to.deep.equal(from);
          const sizes = dma.messages.map((message) => Number(message.split('+')[1]));
          expect(sizes.every((size) => size > 0 && size <= largest)).to.equal(true);
          expect(sizes.length).to.equal(2 * Math.ceil(length / largest));
        },
      ),
      { seed: 20261121, numRuns: 60 },
    );
  });

  it('message needs fetch: without a socket of their own messages are never waited for', () => {
    const dma = new FakeDma();
    using memory = memoryOf(dma);
    expect(
      reasonOf(() => {
        memory.read(0, new Uint8Array(1));
      }),
    ).to.equal('EOPNOTSUPP vfio-user.needs-fetch');
    expect(
      reasonOf(() => {
        memory.write(0, new Uint8Array(1));
      }),
    ).to.equal('EOPNOTSUPP vfio-user.needs-fetch');
    expect(dma.messages).to.deep.equal([]);
    expect(memory.bytes).to.equal(undefined);
    const object: MemoryObject = memory;
    expect(object.view(0, 1)).to.equal(undefined);
  });

  it('message sync: with a twin socket an access waits for its reply', () => {
    const dma = new FakeDma();
    dma.canBlock = true;
    using memory = memoryOf(dma);
    memory.write(0x10, Uint8Array.of(5));
    const into = new Uint8Array(1);
    memory.read(0x10, into);
    expect([...into]).to.deep.equal([5]);
    expect(dma.messages).to.deep.equal(['writeSync 4112+1', 'readSync 4112+1']);
  });

  it('message refuse: what is under way fails at once, and what comes late finds no buffer of the device', async () => {
    const dma = new FakeDma();
    dma.held = true;
    dma.memory.fill(7);
    using memory = memoryOf(dma);
    const into = new Uint8Array(4);
    const fetching = rejection(memory.fetch(0, into));
    const storing = rejection(memory.store(0, new Uint8Array(0x3000)));
    memory.refuse();
    expect(await fetching).to.equal('EFAULT vfio-user.memory-gone');
    expect(await storing).to.equal('EFAULT vfio-user.memory-gone');
    dma.answer();
    await settled();
    expect([...into]).to.deep.equal([0, 0, 0, 0]);
    expect(dma.messages.length, 'no further piece is sent').to.equal(2);
    expect(dma.withdrawn).to.deep.equal(['4096+16384']);
    expect(await rejection(memory.fetch(0, into))).to.equal('EFAULT vfio-user.memory-gone');
    memory.allow();
    dma.held = false;
    dma.memory.fill(7);
    await memory.fetch(0, into);
    expect([...into]).to.deep.equal([7, 7, 7, 7]);
  });

  it("message store: the buffer is the caller's again at once", async () => {
    const dma = new FakeDma();
    dma.held = true;
    using memory = memoryOf(dma);
    const from = Uint8Array.of(1, 2);
    const storing = memory.store(0, from);
    from.fill(0);
    dma.answer();
    await storing;
    expect([...dma.memory.subarray(0x1000, 0x1002)]).to.deep.equal([1, 2]);
  });

  it('message unmapped: there is nothing left, for good', async () => {
    const dma = new FakeDma();
    dma.canBlock = true;
    const memory = memoryOf(dma);
    memory.pin()[Symbol.dispose]();
    memory[Symbol.dispose]();
    memory.allow();
    expect(memory.size).to.equal(0);
    expect(reasonOf(() => memory.pin())).to.equal('EFAULT vfio-user.memory-gone');
    expect(
      reasonOf(() => {
        memory.read(0, new Uint8Array(1));
      }),
    ).to.equal('EFAULT vfio-user.memory-gone');
    expect(await rejection(memory.fetch(0, new Uint8Array(1)))).to.equal(
      'EFAULT vfio-user.memory-gone',
    );
    expect(dma.messages).to.deep.equal([]);
  });

  it('message error: what the client answers comes through', async () => {
    const dma = new FakeDma();
    dma.read = () => Promise.reject(new Error('E2BIG'));
    using memory = memoryOf(dma);
    expect(await rejection(memory.fetch(0, new Uint8Array(1)))).to.equal('Error: E2BIG');
  });
});
