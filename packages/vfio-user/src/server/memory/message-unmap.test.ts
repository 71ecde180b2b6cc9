import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  VFIO_USER_DEVICE_GET_INFO,
  VFIO_USER_DMA_MAP,
  VFIO_USER_DMA_READ,
  VFIO_USER_DMA_UNMAP,
} from '@mdevkit/uapi';
import { settled } from '../commands/session.test-support.js';
import { fields } from '../raw-client.test-support.js';
import { openServer } from '../server-bench.test-support.js';

const REPLY = 1;

describe('DMA by messages over a socket (vfio-user specification, VFIO_USER_DMA_READ)', () => {
  it('message socket: the device reads memory that was mapped without a descriptor', async () => {
    await using bench = await openServer();
    const client = bench.open();
    client.ask(bench.pump, VFIO_USER_DMA_MAP, fields(32, 3, 0n, 0x1000n, 0x1000n));
    const into = new Uint8Array(4);
    const fetching = bench.endpoint.dma.fetch(0x1010, into);
    const asked = client.expect();
    expect([asked.command, asked.payload]).to.deep.equal([VFIO_USER_DMA_READ, fields(0x1010n, 4n)]);
    const answer = fields(0x1010n, 4n, Uint8Array.of(1, 2, 3, 4));
    client.send(VFIO_USER_DMA_READ, answer, { id: asked.id, flags: REPLY });
    bench.pump();
    await fetching;
    expect([...into]).to.deep.equal([1, 2, 3, 4]);
  });

  it('message socket unmap: what is under way fails, the unmap is answered, and a late answer does no harm', async () => {
    let working: Promise<unknown> = Promise.resolve();
    let failed = '';
    // A device that becomes quiet when its own reads are over, and a client that answers none before the unmap.
    await using bench = await openServer(
      {},
      {
        quiesce: async (why) => {
          if (why === 'unmap') {
            await working;
          }
        },
      },
    );
    const client = bench.open();
    client.send(VFIO_USER_DMA_MAP, fields(32, 3, 0n, 0n, 0x1000n));
    bench.pump();
    await settled();
    bench.pump();
    expect(client.expect().errno).to.equal(0);
    const into = new Uint8Array(4);
    working = bench.endpoint.dma.fetch(0, into).catch((error: unknown) => {
      failed = (error as Error).name;
    });
    const asked = client.expect();
    const unmap = fields(24, 0, 0n, 0x1000n);
    client.send(VFIO_USER_DMA_UNMAP, unmap);
    bench.pump();
    await settled();
    bench.pump();
    expect(client.expect().payload).to.deep.equal(unmap);
    expect(failed).to.equal('MdevError');
    const late = fields(0n, 4n, Uint8Array.of(9, 9, 9, 9));
    client.send(VFIO_USER_DMA_READ, late, { id: asked.id, flags: REPLY });
    bench.pump();
    await settled();
    expect([...into]).to.deep.equal([0, 0, 0, 0]);
    const info = client.ask(bench.pump, VFIO_USER_DEVICE_GET_INFO, fields(16, 0, 0, 0));
    expect(info.errno, 'the session goes on').to.equal(0);
  });
});
