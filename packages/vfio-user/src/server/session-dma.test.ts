import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { MdevError } from '@mdevkit/core';
import {
  VFIO_USER_DMA_MAP as MAP,
  VFIO_USER_DMA_READ as DMA_READ,
  VFIO_USER_DMA_WRITE as DMA_WRITE,
  VFIO_USER_REGION_READ as READ,
  VFIO_USER_REGION_WRITE as WRITE,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { fields, readPayload, versionPayload, writePayload } from './raw-client.test-support.js';
import { eventually, microtasks, openServer, TRAPPED } from './server-bench.test-support.js';

const SPEC = 'docs/interop/vfio-user.rst, VFIO_USER_DMA_READ, VFIO_USER_DMA_WRITE';
const REPLY = { flags: 1 };
/** A map without a descriptor, readable and writable. */
const map = fields(32, 3, 0n, 0x1000n, 0x1000n);

describe(`DMA by messages in a session (${SPEC})`, () => {
  it('dma beside a reply: what a handler starts does not touch the reply that is being made', async () => {
    await using bench = await openServer();
    const client = bench.open();
    expect(client.ask(bench.pump, MAP, map).errno).to.equal(0);
    let storing: Promise<void> | undefined;
    bench.handler.onRead = (_offset, data, at, length) => {
      data.setUint8(at, 0x11);
      storing = bench.endpoint.dma.store(0x1000, new Uint8Array(64).fill(0xee));
      data.setUint8(at + 1, 0x22);
      return length;
    };
    client.send(READ, readPayload(TRAPPED, 4, 2), { id: 1 });
    bench.pump();
    await microtasks();
    const [first, second] = [client.expect(), client.expect()];
    const [store, reply] = first.command === DMA_WRITE ? [first, second] : [second, first];
    expect(reply.payload).to.deep.equal(
      fields(readPayload(TRAPPED, 4, 2), Uint8Array.of(0x11, 0x22)),
    );
    client.send(DMA_WRITE, store.payload.slice(0, 16), { id: store.id, ...REPLY });
    bench.pump();
    await storing;
  });

  it('dma while held: replies are taken while a command is held that waits for them, commands before them stay in order', async () => {
    await using bench = await openServer();
    const client = bench.open();
    client.ask(bench.pump, MAP, map);
    const into = new Uint8Array(4);
    bench.handler.onWrite = async (_offset, _data, _at, length) => {
      await bench.endpoint.dma.fetch(0x1000, into);
      return length;
    };
    client.send(WRITE, writePayload(TRAPPED, 0, Uint8Array.of(1)), { id: 1 });
    client.send(READ, readPayload(TRAPPED, 0, 1), { id: 2 });
    bench.pump();
    await microtasks();
    const fetch = client.expect();
    expect([fetch.command, fetch.payload]).to.deep.equal([DMA_READ, fields(0x1000n, 4n)]);
    client.send(DMA_READ, fields(fetch.payload, 0x0403_0201), { id: fetch.id, ...REPLY });
    expect(bench.pump().kind).to.equal('held');
    await microtasks();
    expect(client.expect()).to.include({ id: 1, errno: 0 });
    bench.pump();
    expect(client.expect()).to.include({ id: 2, errno: 0 });
    expect([...into]).to.deep.equal([1, 2, 3, 4]);
  });

  it('dma session end: what waits for the client ends when it goes', async () => {
    await using bench = await openServer();
    const client = bench.open();
    client.ask(bench.pump, MAP, map);
    let error: unknown;
    bench.endpoint.dma.fetch(0x1000, new Uint8Array(4)).catch((reason: unknown) => {
      error = reason;
    });
    await microtasks();
    client[Symbol.dispose]();
    bench.pump();
    await microtasks();
    expect(MdevError.is(error)).to.equal(true);
  });

  it('twin alone: a twin socket carries them, and nothing else', async () => {
    await using bench = await openServer();
    const client = bench.connect();
    const version = client.negotiate(bench.pump, {
      max_msg_fds: 1,
      twin_socket: { supported: true },
    });
    using twin = client.adopt(version);
    client.ask(bench.pump, MAP, map);
    const into = new Uint8Array(4);
    const fetching = bench.endpoint.dma.fetch(0x1000, into);
    await microtasks();
    expect(client.receive()).to.equal(undefined);
    const fetch = twin.expect();
    twin.send(DMA_READ, fields(fetch.payload, 0x0403_0201), { id: fetch.id, ...REPLY });
    bench.pump();
    await fetching;
    expect([...into]).to.deep.equal([1, 2, 3, 4]);
    twin.send(READ, readPayload(TRAPPED, 0, 1));
    expect(bench.pump()).to.deep.equal({ kind: 'disconnected', reason: 'protocol' });
  });

  it('twin alone: on a twin socket in the event loop, also more than the socket takes at once', async () => {
    await using bench = await openServer();
    bench.server.run();
    const client = bench.raw();
    client.send(1, versionPayload({ max_msg_fds: 1, twin_socket: { supported: true } }));
    using twin = client.adopt(await eventually(() => client.receive()));
    client.send(MAP, fields(32, 3, 0n, 0x1000n, 0x20_0000n));
    await eventually(() => client.receive());
    const storing = bench.endpoint.dma.store(0x1000, new Uint8Array(0x10_0000).fill(7));
    const store = await eventually(() => twin.receive());
    expect(store.payload.length).to.equal(0x10_0010);
    twin.send(DMA_WRITE, store.payload.slice(0, 16), { id: store.id, ...REPLY });
    await storing;
  });

  it('twin closed: a client that closes its twin socket is gone (own rule)', async () => {
    await using bench = await openServer();
    const client = bench.connect();
    client
      .adopt(client.negotiate(bench.pump, { max_msg_fds: 1, twin_socket: { supported: true } }))
      [Symbol.dispose]();
    expect(bench.pump()).to.deep.equal({ kind: 'disconnected', reason: 'protocol' });
  });

  it('twin wait: a handler may wait for a client in another process on its twin socket', async () => {
    await using bench = await openServer();
    bench.handler.onWrite = (_offset, _data, _at, length) => {
      const bytes = new Uint8Array(8);
      bench.endpoint.dma.read(0x1000, bytes);
      bench.endpoint.dma.write(0x1800, bytes.reverse());
      return length;
    };
    bench.server.run();
    const script = join(import.meta.dirname, 'children', 'twin-client.test-support.js');
    const child = spawn(process.execPath, [script, bench.path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said = await text(child.stdout);
    const address = '0 24 0 0 0 0 0 0';
    expect(said).to.equal(`0: ${address} 8 0 0 0 0 0 0 0 1 2 3 4 5 6 7 8\n`);
  });
});
