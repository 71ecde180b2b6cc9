import { existsSync, statSync } from 'node:fs';
import { ManualClock, type AttachedDevice } from '@mdevkit/core';
import { SharedMemory } from '@mdevkit/linux';
import {
  Errno,
  VFIO_USER_DMA_MAP as MAP,
  VFIO_USER_REGION_READ as READ,
  VFIO_USER_REGION_WRITE as WRITE,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { fields, RawClient, readPayload, writePayload } from './raw-client.test-support.js';
import { VfioUserServer } from './server.js';
import {
  deferred,
  eventually,
  MEMORY,
  microtasks,
  openServer,
  turn,
  type ServerBench,
} from './server-bench.test-support.js';
import type { Step } from './step.js';

const SPEC = 'docs/interop/vfio-user.rst, Socket, Disconnection and reconnect';

describe(`VfioUserServer in steps (${SPEC})`, () => {
  it('socket mode, socket removed: makes a socket for its own user, and removes it', async () => {
    const bench = await openServer();
    expect(statSync(bench.path).mode & 0o777).to.equal(0o600);
    expect(bench.server.path).to.equal(bench.path);
    await bench[Symbol.asyncDispose]();
    expect(existsSync(bench.path)).to.equal(false);
  });

  it('one client: takes one client at a time; the next one waits until it is gone', async () => {
    await using bench = await openServer();
    expect(bench.server.acceptOne()).to.deep.equal({ kind: 'idle' });
    const first = bench.open();
    const second = bench.connect();
    expect(bench.server.acceptOne()).to.deep.equal({ kind: 'idle' });
    expect(first.ask(bench.pump, READ, readPayload(MEMORY, 0, 4)).errno).to.equal(0);
    first[Symbol.dispose]();
    expect(bench.pump()).to.deep.equal({ kind: 'disconnected', reason: 'closed' });
    expect(bench.server.session).to.equal(undefined);
    expect(bench.server.acceptOne(), 'the device is letting go of it').to.deep.equal({
      kind: 'idle',
    });
    await microtasks();
    expect(bench.server.acceptOne()).to.deep.equal({ kind: 'accepted' });
    expect(second.negotiate(bench.pump).errno).to.equal(0);
  });

  it('client gone: the device keeps its state and loses the maps of its client', async () => {
    await using bench = await openServer();
    using memory = SharedMemory.create(0x1000);
    const client = bench.open({ max_msg_fds: 1 });
    client.ask(bench.pump, WRITE, writePayload(MEMORY, 0, Uint8Array.of(5)));
    const map = fields(32, 3, 0n, 0x1000n, 0x1000n);
    expect(client.ask(bench.pump, MAP, map, { fds: [memory.fd] }).errno).to.equal(0);
    memory.write(0, Uint8Array.of(7));
    const into = new Uint8Array(1);
    bench.endpoint.dma.read(0x1000, into);
    expect([...into]).to.deep.equal([7]);
    client[Symbol.dispose]();
    bench.pump();
    await microtasks();
    const next = bench.open();
    expect(() => {
      bench.endpoint.dma.read(0x1000, into);
    }).to.throw();
    const read = next.ask(bench.pump, READ, readPayload(MEMORY, 0, 1));
    expect([...read.payload.slice(16)]).to.deep.equal([5]);
  });

  it('client gone quiet: no client is taken while the device is not quiet, however long that takes', async () => {
    const quiet = deferred<undefined>();
    await using bench = await openServer({}, { quiesce: () => quiet.promise });
    const client = bench.open();
    client[Symbol.dispose]();
    bench.pump();
    await microtasks();
    bench.connect();
    expect(bench.server.session).to.equal(undefined);
    quiet.resolve(undefined);
    await microtasks();
    expect(bench.server.acceptOne()).to.deep.equal({ kind: 'accepted' });
  });

  it('peer refused: a peer that is not allowed is turned away at once, and the next one is taken', async () => {
    const verdicts = [false, new Error('who knows'), true];
    await using bench = await openServer({
      allowPeer: ({ uid, pid }) => {
        expect([uid, pid]).to.deep.equal([process.getuid?.(), process.pid]);
        const verdict = verdicts.shift();
        if (verdict instanceof Error) {
          throw verdict;
        }
        return verdict === true;
      },
    });
    for (const expected of ['refused', 'refused', 'accepted']) {
      using client = RawClient.connect(bench.path);
      const step = bench.server.acceptOne();
      expect(step.kind).to.equal(expected);
      if (step.kind === 'refused') {
        expect(step.errno).to.equal(Errno.EACCES);
        expect([client.receive(), client.ended]).to.deep.equal([undefined, true]);
      }
    }
  });

  it('client told: tells who comes and who goes', async () => {
    await using bench = await openServer();
    const seen: unknown[] = [];
    using _connected = bench.server.onSession(({ peer, kind }) => {
      seen.push(peer.pid, kind);
    });
    using _disconnected = bench.server.onDisconnect((reason) => {
      seen.push(reason);
    });
    bench.open()[Symbol.dispose]();
    bench.pump();
    await microtasks();
    expect(seen).to.deep.equal([process.pid, undefined, 'closed']);
  });

  it('version silence: a client that says nothing keeps others away for one deadline only (own rule)', async () => {
    await using bench = await openServer({ limits: { deadlineMs: 1000 } });
    const client = bench.connect();
    bench.clock.advance(999);
    expect(bench.pump().kind).to.equal('idle');
    bench.clock.advance(1);
    expect(bench.pump()).to.deep.equal({ kind: 'disconnected', reason: 'protocol' });
    expect([client.receive(), client.ended]).to.deep.equal([undefined, true]);
    await microtasks();
    bench.open();
    bench.clock.advance(5000);
    expect(bench.server.session).to.include({ kind: 'unknown' });
  });

  it('slow reader cut off: a client that does not read its replies is cut off (own rule)', async () => {
    await using bench = await openServer({ limits: { outboundBytes: 1 << 20 } });
    const client = bench.open();
    const request = readPayload(MEMORY, 0, 0x2000);
    let step: Step = { kind: 'idle' };
    for (let count = 0; count < 500 && step.kind !== 'disconnected'; count++) {
      client.send(READ, request);
      step = bench.pump();
    }
    expect(step).to.deep.equal({ kind: 'disconnected', reason: 'slow' });
  });

  it('slow reader: a reply that has to wait is sent when there is room again', async () => {
    await using bench = await openServer();
    const client = bench.open();
    const request = readPayload(MEMORY, 0, 0x2000);
    for (let count = 0; count < 60; count++) {
      client.send(READ, request, { id: count });
      bench.pump();
    }
    const ids: number[] = [];
    for (let reply = client.receive(); ids.length < 60; reply = client.receive()) {
      if (reply !== undefined) {
        ids.push(reply.id);
        expect(reply.payload).to.have.length(0x2010);
      }
      bench.pump();
    }
    expect(ids).to.deep.equal([...new Array(60).keys()]);
  });

  it('server closed: closes the device that it was given, and not an endpoint', async () => {
    await using bench = await openServer();
    let closed = 0;
    const close = async (): Promise<void> => {
      closed += 1;
    };
    const identity = { uuid: 'u', parent: 'p', type: 't' } as unknown as AttachedDevice['identity'];
    const device: AttachedDevice = {
      endpoint: bench.endpoint,
      identity,
      close,
      [Symbol.asyncDispose]: close,
    };
    const second = VfioUserServer.listen(device, {
      path: `${bench.path}2`,
      clock: new ManualClock(),
    });
    await Promise.all([second.close(), second.close()]);
    expect([closed, bench.endpoint.state]).to.deep.equal([1, 'open']);
    expect(second.acceptOne()).to.deep.equal({ kind: 'idle' });
    second.run();
  });

  it('server refused: refuses an endpoint that is not open, and limits that are none, and leaves no socket', async () => {
    await using bench = await openServer();
    const device = { endpoint: bench.endpoint };
    const path = `${bench.path}2`;
    expect(() => VfioUserServer.listen(device, { path, limits: { maxMsgFds: 99 } })).to.throw(
      RangeError,
    );
    expect(() => VfioUserServer.listen(device, { path, polling: { maxSpins: -1 } })).to.throw(
      RangeError,
    );
    expect(() => VfioUserServer.listen(device, { path: bench.path })).to.throw('EADDRINUSE');
    await bench.endpoint.close();
    expect(() => VfioUserServer.listen(device, { path })).to.throw('device.not-open');
    expect(existsSync(path)).to.equal(false);
  });

  it('device removed: a device that is taken away takes its client and its socket along (own rule: nobody shall wait for it)', async () => {
    await using bench = await openServer();
    const client = bench.open();
    const reasons: string[] = [];
    using _listening = bench.server.onDisconnect((reason) => reasons.push(reason));
    await bench.endpoint.revoke('test');
    await bench.server.close();
    expect(client.receive()).to.equal(undefined);
    expect(client.ended).to.equal(true);
    expect(reasons).to.deep.equal(['removed']);
    expect(existsSync(bench.path)).to.equal(false);
  });
});

describe('VfioUserServer in the event loop (own rule)', () => {
  async function running(): Promise<ServerBench> {
    const bench = await openServer();
    bench.server.run();
    bench.server.run();
    return bench;
  }

  it('one client: takes clients one after the other and answers them', async () => {
    await using bench = await running();
    for (let round = 0; round < 3; round++) {
      using client = RawClient.connect(bench.path);
      client.send(1, new Uint8Array(4));
      await eventually(() => client.receive());
      for (let value = 0; value < 10; value++) {
        client.send(WRITE, writePayload(MEMORY, value, Uint8Array.of(value)), { flags: 0x10 });
      }
      client.send(READ, readPayload(MEMORY, 0, 10));
      const { payload } = await eventually(() => client.receive());
      expect([...payload.slice(16)]).to.deep.equal([...new Array(10).keys()]);
      await turn();
    }
  });

  it('held order: goes on after a command that was held, with what has come meanwhile', async () => {
    await using bench = await running();
    const answer = deferred<number>();
    bench.handler.onRead = () => answer.promise;
    using client = RawClient.connect(bench.path);
    client.send(1, new Uint8Array(4));
    client.send(READ, readPayload(1, 0, 4), { id: 1 });
    client.send(READ, readPayload(MEMORY, 0, 4), { id: 2 });
    await eventually(() => (bench.server.session?.held === READ ? true : undefined));
    await eventually(() => client.receive());
    await turn();
    expect(client.receive()).to.equal(undefined);
    answer.resolve(4);
    expect(await eventually(() => client.receive())).to.include({ id: 1 });
    expect(await eventually(() => client.receive())).to.include({ id: 2 });
  });

  it('held disconnect: notices that a client is gone while a command is held and nothing more is read', async () => {
    await using bench = await openServer({ limits: { queuedCommands: 1 } });
    bench.server.run();
    const answer = deferred<number>();
    bench.handler.onRead = () => answer.promise;
    const reasons: string[] = [];
    using _listening = bench.server.onDisconnect((reason) => {
      reasons.push(reason);
    });
    {
      using client = RawClient.connect(bench.path);
      client.send(1, new Uint8Array(4));
      for (let count = 0; count < 3; count++) {
        client.send(READ, readPayload(1, 0, 4));
      }
      await eventually(() => (bench.server.session?.held === READ ? true : undefined));
      await turn();
    }
    await eventually(() => reasons[0]);
    expect(reasons).to.deep.equal(['closed']);
    answer.resolve(4);
  });

  it('slow reader, turns: sends what waits when there is room, and lets the loop have its turn in between', async () => {
    await using bench = await running();
    using client = RawClient.connect(bench.path);
    client.send(1, new Uint8Array(4));
    await eventually(() => client.receive());
    for (let id = 0; id < 60; id++) {
      client.send(READ, readPayload(MEMORY, 0, 0x2000), { id });
    }
    await turn();
    await turn();
    for (let id = 0; id < 60; id++) {
      expect((await eventually(() => client.receive())).id).to.equal(id);
    }
  });

  it('serves a client that was accepted before it runs', async () => {
    await using bench = await openServer();
    const client = bench.open();
    client.send(READ, readPayload(MEMORY, 0, 4));
    bench.server.run();
    expect((await eventually(() => client.receive())).errno).to.equal(0);
  });
});
