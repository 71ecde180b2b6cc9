import {
  Errno,
  VFIO_USER_DEVICE_GET_INFO as GET_INFO,
  VFIO_USER_DEVICE_RESET as RESET,
  VFIO_USER_REGION_READ as READ,
  VFIO_USER_REGION_WRITE as WRITE,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { someDescriptors } from '../wire/wire.test-support.js';
import {
  fields,
  message as messageBytes,
  readPayload,
  writePayload,
} from './raw-client.test-support.js';
import {
  deferred,
  MEMORY,
  microtasks,
  openServer,
  rustVmm,
  TRAPPED,
  turn,
} from './server-bench.test-support.js';

const ORDER = 'docs/interop/vfio-user.rst, Message protocol: commands are carried out in order';
const LATE = 'hw/vfio-user/proxy.c of QEMU, x-msg-timeout';

async function turns(count: number): Promise<void> {
  for (let done = 0; done < count; done++) {
    await turn();
  }
}

describe(`commands that the device does not answer at once (${ORDER})`, () => {
  it('held order: hold those behind them, which are carried out in order afterwards', async () => {
    await using bench = await openServer();
    const client = bench.open();
    const answer = deferred<number>();
    bench.handler.onRead = () => answer.promise;
    client.send(READ, readPayload(TRAPPED, 0, 4), { id: 1 });
    client.send(WRITE, writePayload(MEMORY, 0, Uint8Array.of(5)), { id: 2 });
    client.send(READ, readPayload(MEMORY, 0, 1), { id: 3 });
    expect(bench.pump()).to.deep.equal({ kind: 'held', command: READ });
    expect(bench.pump()).to.deep.equal({ kind: 'held', command: READ });
    expect(client.receive()).to.equal(undefined);
    expect(bench.server.session).to.include({ held: READ });
    answer.resolve(4);
    await microtasks();
    expect(client.expect()).to.include({ id: 1, errno: 0 });
    expect(client.receive()).to.equal(undefined);
    expect(bench.pump()).to.deep.equal({ kind: 'done', command: WRITE, errno: 0 });
    expect(bench.pump()).to.deep.equal({ kind: 'done', command: READ, errno: 0 });
    expect(client.expect()).to.include({ id: 2 });
    expect([...client.expect().payload.slice(16)]).to.deep.equal([5]);
  });

  it('held bytes: have the bytes they were begun with: others come and go meanwhile', async () => {
    await using bench = await openServer();
    const client = bench.open();
    const answer = deferred<number>();
    let into: DataView | undefined;
    let place = 0;
    bench.handler.onRead = (_offset, data, at) => {
      [into, place] = [data, at];
      return answer.promise;
    };
    client.send(READ, readPayload(TRAPPED, 8, 4), { id: 1 });
    bench.pump();
    for (let count = 0; count < 50; count++) {
      client.send(99, new Uint8Array(4000), { flags: 2 });
      bench.pump();
    }
    into?.setUint32(place, 0x0403_0201, true);
    answer.resolve(4);
    await microtasks();
    expect(client.expect().payload).to.deep.equal(fields(readPayload(TRAPPED, 8, 4), 0x0403_0201));
  });

  it('held bytes: and of a write the data stay where they are until the device is done with them', async () => {
    await using bench = await openServer();
    const client = bench.open();
    const answer = deferred<number>();
    let data: DataView | undefined;
    let place = 0;
    bench.handler.onWrite = (_offset, from, at) => {
      [data, place] = [from, at];
      return answer.promise;
    };
    const write = writePayload(TRAPPED, 0, Uint8Array.of(1, 2, 3, 4));
    client.send(WRITE, write);
    expect(bench.pump().kind).to.equal('held');
    for (let count = 0; count < 20; count++) {
      client.send(WRITE, writePayload(MEMORY, 0, new Uint8Array(0x1f00).fill(0xee)), { flags: 16 });
      bench.pump();
    }
    expect(data?.getUint32(place, true)).to.equal(0x0403_0201);
    answer.resolve(4);
    await microtasks();
    expect(client.expect().payload).to.deep.equal(write.slice(0, 16));
  });

  it('held error: an error is their answer, and so is a short count', async () => {
    await using bench = await openServer();
    const client = bench.open();
    bench.handler.onRead = () => Promise.reject(new Error('a mistake'));
    client.send(READ, readPayload(TRAPPED, 0, 4));
    bench.pump();
    await microtasks();
    expect(client.expect().errno).to.equal(Errno.EIO);
    bench.handler.onWrite = () => Promise.resolve(1);
    client.send(WRITE, writePayload(TRAPPED, 0, new Uint8Array(4)));
    bench.pump();
    await microtasks();
    expect(client.expect().errno).to.equal(Errno.EINVAL);
  });

  it('held again: a model that calls back finds its own command held', async () => {
    await using bench = await openServer();
    const client = bench.open();
    const seen: unknown[] = [];
    bench.handler.onRead = () => {
      seen.push(bench.pump(), bench.server.acceptOne());
      return 4;
    };
    client.send(READ, readPayload(TRAPPED, 0, 4));
    client.send(READ, readPayload(MEMORY, 0, 4));
    expect(bench.pump().kind).to.equal('done');
    expect(seen).to.deep.equal([{ kind: 'held', command: READ }, { kind: 'idle' }]);
    expect(bench.pump().kind).to.equal('done');
  });

  it('held limit: what waits behind them has a limit: then nothing is read any more (own rule)', async () => {
    await using bench = await openServer({ limits: { queuedCommands: 3 } });
    const client = bench.open();
    const answer = deferred<number>();
    bench.handler.onWrite = () => answer.promise;
    client.send(WRITE, writePayload(TRAPPED, 0, Uint8Array.of(1)));
    for (let value = 0; value < 5; value++) {
      client.send(WRITE, writePayload(MEMORY, value, Uint8Array.of(value)));
    }
    bench.pump();
    bench.pump();
    // That a reply is logged which nobody waits for shows how far it was read.
    const wasRead = (): boolean =>
      bench.lines.some(({ message }) => message.includes('never sent'));
    client.send(11, new Uint8Array(16), { flags: 1 });
    bench.pump();
    expect(wasRead()).to.equal(false);
    answer.resolve(1);
    await microtasks();
    for (let count = 0; count < 5; count++) {
      expect(bench.pump().kind).to.equal('done');
    }
    expect(Array.from({ length: 6 }, () => client.expect().errno)).to.deep.equal(Array(6).fill(0));
    bench.pump();
    expect(wasRead()).to.equal(true);
  });

  it('held order: what is no message is refused in its turn, and under its own name', async () => {
    await using bench = await openServer();
    const client = bench.open();
    const answer = deferred<number>();
    bench.handler.onRead = () => answer.promise;
    client.send(READ, readPayload(TRAPPED, 0, 4), { id: 1 });
    client.send(RESET, undefined, { id: 2, flags: 2 });
    client.send(WRITE, writePayload(MEMORY, 0, Uint8Array.of(5)), { id: 3 });
    client.sendBytes(messageBytes(4, RESET, new Uint8Array(0), { size: 2 ** 31 }));
    bench.pump();
    expect(bench.pump()).to.deep.equal({ kind: 'held', command: READ });
    expect([client.receive(), bench.server.session?.held]).to.deep.equal([undefined, READ]);
    answer.resolve(4);
    await microtasks();
    expect(bench.pump()).to.deep.equal({ kind: 'done', command: RESET, errno: Errno.EINVAL });
    expect(bench.pump()).to.deep.equal({ kind: 'done', command: WRITE, errno: 0 });
    expect(bench.pump()).to.deep.equal({ kind: 'disconnected', reason: 'protocol' });
    const replies = Array.from({ length: 4 }, () => client.expect());
    expect(replies.map(({ id, errno }) => [id, errno])).to.deep.equal([
      [1, 0],
      [2, Errno.EINVAL],
      [3, 0],
      [4, Errno.EINVAL],
    ]);
  });

  it('held order: nothing is read behind what nobody can follow, and the loop is not kept busy by it', async () => {
    await using bench = await openServer();
    const client = bench.open();
    const answer = deferred<number>();
    bench.handler.onRead = () => answer.promise;
    bench.server.run();
    client.send(READ, readPayload(TRAPPED, 0, 4), { id: 1 });
    client.sendBytes(messageBytes(2, RESET, new Uint8Array(0), { size: 2 ** 31 }));
    await turns(10);
    let looks = 0;
    const now = bench.clock.now.bind(bench.clock);
    bench.clock.now = () => {
      looks += 1;
      return now();
    };
    client.sendBytes(new Uint8Array(100));
    await turns(100);
    expect(looks).to.be.within(0, 10);
    answer.resolve(4);
    await turns(10);
    expect([client.expect().errno, client.expect().errno]).to.deep.equal([0, Errno.EINVAL]);
    expect(bench.server.session).to.equal(undefined);
  });

  it('held reset: a reset goes through the device and holds, too', async () => {
    const quiet = deferred<undefined>();
    const resets = [undefined, quiet.promise];
    await using bench = await openServer({}, { reset: () => resets.shift() });
    const client = bench.open();
    client.send(RESET);
    expect(bench.pump()).to.deep.equal({ kind: 'held', command: RESET });
    quiet.resolve(undefined);
    await microtasks();
    expect(client.expect()).to.include({ command: RESET, errno: 0 });
  });
});

describe(`the end of a session while a command is held (docs/interop/vfio-user.rst, disconnect)`, () => {
  it('held disconnect: is noticed, and the late answer is dropped', async () => {
    await using bench = await openServer();
    const client = bench.open();
    const answer = deferred<number>();
    bench.handler.onRead = () => answer.promise;
    client.send(READ, readPayload(TRAPPED, 0, 4));
    client.send(WRITE, writePayload(MEMORY, 0, Uint8Array.of(9)));
    bench.pump();
    client[Symbol.dispose]();
    expect(bench.pump()).to.deep.equal({ kind: 'disconnected', reason: 'closed' });
    expect(bench.pump()).to.deep.equal({ kind: 'idle' });
    await microtasks();
    const next = bench.open();
    answer.resolve(4);
    await microtasks();
    expect(next.receive()).to.equal(undefined);
    expect([...bench.memory.view(0, 1)]).to.deep.equal([0]);
  });

  it('held descriptors: closes descriptors of commands that wait', async () => {
    await using bench = await openServer();
    const client = bench.open();
    const answer = deferred<number>();
    bench.handler.onRead = () => answer.promise;
    client.send(READ, readPayload(TRAPPED, 0, 4));
    using stray = someDescriptors(1);
    client.send(8, fields(20, 0x24, 0, 0, 1), { fds: stray.fds });
    bench.pump();
    bench.pump();
    await bench.server.close();
    answer.resolve(4);
    // The leak check of the suite sees whether one is left.
  });

  it('held close: by a model that closes the server leads to no answer and no harm', async () => {
    await using bench = await openServer();
    const client = bench.open();
    let closing: Promise<void> | undefined;
    bench.handler.onRead = (_offset, data, at, length) => {
      closing = bench.server.close();
      data.setUint32(at, 1);
      return length;
    };
    client.send(READ, readPayload(TRAPPED, 0, 4));
    bench.pump();
    await closing;
    expect([client.receive(), client.ended]).to.deep.equal([undefined, true]);
  });
});

describe(`the watchdog (${LATE})`, () => {
  it('deadline warned, deadline answered: warns, then answers ETIMEDOUT and goes on; the late answer is dropped', async () => {
    await using bench = await openServer({ limits: { deadlineMs: 1000 } });
    const client = bench.open();
    const answer = deferred<number>();
    let into: DataView | undefined;
    bench.handler.onRead = (_offset, data) => {
      into = data;
      return answer.promise;
    };
    client.send(READ, readPayload(TRAPPED, 12, 4), { id: 1 });
    client.send(GET_INFO, fields(16, 0, 0, 0), { id: 2 });
    bench.pump();
    bench.clock.advance(799);
    expect(bench.lines.filter(({ level }) => level === 'warn')).to.deep.equal([]);
    bench.clock.advance(1);
    const [line] = bench.lines.filter(({ level }) => level === 'warn');
    expect(line?.fields).to.include({ command: 'REGION_READ', region: 'trapped', offset: 12 });
    bench.clock.advance(99);
    expect(client.receive()).to.equal(undefined);
    bench.clock.advance(1);
    expect(client.expect()).to.include({ id: 1, flags: 0x21, errno: Errno.ETIMEDOUT });
    bench.pump();
    expect(client.expect()).to.include({ id: 2, errno: 0 });
    // The device still has the buffer of its read: no other reply is made there.
    into?.setUint32(0, 0xdead_beef);
    answer.resolve(4);
    await microtasks();
    expect(client.receive()).to.equal(undefined);
    expect(client.ask(bench.pump, READ, readPayload(MEMORY, 0, 4)).payload).to.deep.equal(
      fields(readPayload(MEMORY, 0, 4), 0),
    );
    expect(bench.server.session?.counters).to.include({ held: 1, late: 1, failed: 1 });
  });

  it('errors unread, deadline answered: answers with data where errors are not understood (rust-vmm/vfio vfio-user/src/lib.rs)', async () => {
    await using bench = await openServer({ limits: { deadlineMs: 1000 } });
    const client = bench.open(rustVmm, 1);
    const answer = deferred<number>();
    bench.handler.onRead = () => answer.promise;
    client.send(READ, readPayload(TRAPPED, 0, 2));
    bench.pump();
    bench.clock.advance(900);
    expect(client.expect().payload).to.deep.equal(
      fields(readPayload(TRAPPED, 0, 2), Uint8Array.of(0xff, 0xff)),
    );
    answer.resolve(2);
  });

  it('deadline of a handler at once: names a handler that kept the process, after the fact', async () => {
    await using bench = await openServer({ limits: { deadlineMs: 1000 } });
    const client = bench.open();
    bench.handler.onWrite = () => {
      bench.clock.advance(801);
      return 1;
    };
    client.ask(bench.pump, WRITE, writePayload(TRAPPED, 3, Uint8Array.of(1)));
    const [line] = bench.lines.filter(({ level }) => level === 'warn');
    expect(line?.fields).to.include({ region: 'trapped', offset: 3, milliseconds: 801 });
  });

  it('has no timer for what was answered at once', async () => {
    await using bench = await openServer();
    const client = bench.open();
    const before = bench.clock.pendingCount;
    client.ask(bench.pump, READ, readPayload(TRAPPED, 0, 4));
    expect(bench.clock.pendingCount).to.equal(before);
  });
});
