import { closeSync, openSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { EventChannelClass } from '@mdevkit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { connectFake } from '../client/fake-server.test-support.js';
import { VfioUserDevice } from '../client/index.js';
import { CONTROL_COMMAND } from '../protocol/index.js';
import { fields, RawClient, versionPayload } from '../server/raw-client.test-support.js';
import { microtasks, openServer } from '../server/server-bench.test-support.js';
import { Counter } from './control-model.test-support.js';
import { counterOf, Counters, failure, turns } from './counters.test-support.js';

describe('the control plane inside a vfio-user session (docs/reference/control-wire.md, Inside vfio-user)', () => {
  it('control vfio-user call: the same control as in process, over the session', async () => {
    await using counters = await Counters.open();
    await using device = await VfioUserDevice.connect(counters.path);
    expect(device.server.control).to.equal(true);
    await using control = await device.control();
    const handle = await counterOf(control, 5);
    expect(await control.call(Counter, 'add', { handle, amount: 3 })).to.deep.equal({ value: 8 });
    expect(await control.handles(Counter)).to.deep.equal([handle]);
    const { driver, classes } = await control.query();
    expect(driver).to.equal('counters');
    expect(classes.map(({ name }) => name)).to.include.members(['COUNTER', 'EVENT_CHANNEL']);
    await control.call(Counter, 'destroy', { handle });
    expect(counters.log.alive).to.equal(0);
  });

  it('control vfio-user errors: reason and details arrive whole, and the session goes on', async () => {
    await using counters = await Counters.open();
    await using device = await VfioUserDevice.connect(counters.path);
    await using control = await device.control();
    const handle = await counterOf(control);
    const error = await failure(() => control.call(Counter, 'add', { handle, amount: 0 }));
    expect([error.code, error.reason, error.details]).to.deep.equal([
      'ERANGE',
      'counter.zero',
      { amount: 0 },
    ]);
    expect((await device.info()).numRegions).to.equal(0);
  });

  it('control vfio-user files: each control has objects of its own, and takes only them along', async () => {
    await using counters = await Counters.open();
    await using device = await VfioUserDevice.connect(counters.path);
    const [one, two] = [await device.control(), await device.control()];
    const [mine, other] = [await counterOf(one), await counterOf(two)];
    expect((await failure(() => one.call(Counter, 'destroy', { handle: other }))).code).to.equal(
      'ENOENT',
    );
    expect(await one.handles(Counter)).to.deep.equal([mine]);
    await one.close();
    expect(counters.log.alive).to.equal(1);
    expect((await failure(() => counterOf(one))).reason).to.equal('object.closed');
    expect(await two.handles(Counter)).to.deep.equal([other]);
    await two.close();
    expect(counters.log.alive).to.equal(0);
  });

  it('control vfio-user descriptors: an event channel is a descriptor of its own, both ways', async () => {
    await using counters = await Counters.open();
    await using device = await VfioUserDevice.connect(counters.path);
    await using control = await device.control();
    const { handle: channel } = await control.call(EventChannelClass, 'create', {});
    const { handle } = await control.call(Counter, 'create', { start: 0, channel });
    const buffer = new Uint8Array(64);
    const reading = channel.read(buffer);
    await control.call(Counter, 'add', { handle, amount: 9 });
    expect(await reading).to.equal(17);
    expect(new DataView(buffer.buffer).getBigUint64(0, true)).to.equal(BigInt(handle));
    expect([...buffer.subarray(8, 17)]).to.deep.equal([1, 0, 1, 0, 1, 0, 0, 0, 9]);
    await channel.close();
    expect(await control.handles(EventChannelClass)).to.deep.equal([]);
  });

  it('control vfio-user descriptors: one of the client is lent for the call', async () => {
    await using counters = await Counters.open();
    await using device = await VfioUserDevice.connect(counters.path);
    await using control = await device.control();
    const handle = await counterOf(control);
    const fd = openSync('/dev/null', 'r');
    await control.call(Counter, 'add', { handle, amount: 1, fd });
    closeSync(fd);
    expect(counters.log.fds.length).to.equal(1);
    const bad = await failure(() => control.call(Counter, 'add', { handle, amount: 1, fd: 9999 }));
    expect(bad.code).to.equal('EBADF');
  });

  it('control vfio-user held: a call that is not answered at once, with its answer', async () => {
    await using counters = await Counters.open();
    await using device = await VfioUserDevice.connect(counters.path);
    await using control = await device.control();
    const handle = await counterOf(control);
    let open: () => void = () => undefined;
    counters.log.gate = new Promise((resolve) => {
      open = resolve;
    });
    const adding = control.call(Counter, 'add', { handle, amount: 7 });
    await turns();
    open();
    expect(await adding).to.deep.equal({ value: 7 });
  });

  it('control vfio-user device close: it closes what is left', async () => {
    await using counters = await Counters.open();
    const device = await VfioUserDevice.connect(counters.path);
    const control = await device.control();
    await counterOf(control);
    const { handle: channel } = await control.call(EventChannelClass, 'create', {});
    await device.close();
    expect(counters.log.alive).to.equal(0);
    expect((await failure(() => counterOf(control))).reason).to.equal('object.closed');
    expect((await failure(() => channel.poll())).code).to.equal('EBADF');
    expect((await failure(() => device.control())).reason).to.equal('device.closed');
  });

  it('control vfio-user client gone: the next client finds nothing of it', async () => {
    await using counters = await Counters.open();
    {
      using raw = RawClient.connect(counters.path);
      raw.send(1, versionPayload({ max_msg_fds: 8, mdevkit_control: { version: 1 } }));
      raw.send(CONTROL_COMMAND, fields(0, 0));
      raw.send(CONTROL_COMMAND, fields(1, 1, eventChannelCall()));
      await turns();
    }
    await using device = await VfioUserDevice.connect(counters.path);
    await using control = await device.control();
    expect(await control.handles(EventChannelClass)).to.deep.equal([]);
  });

  it('control vfio-user removed: who has a control is answered EIO, and can close it', async () => {
    await using counters = await Counters.open();
    await using device = await VfioUserDevice.connect(counters.path);
    const control = await device.control();
    const handle = await counterOf(control);
    await counters.remove();
    const error = await failure(() => control.call(Counter, 'add', { handle, amount: 1 }));
    expect([error.code, error.reason]).to.deep.equal(['EIO', 'object.disassociated']);
    await control.close();
    expect(counters.log.alive).to.equal(0);
  });

  it('control vfio-user not agreed: a server of others has none, EOPNOTSUPP', async () => {
    const { server, device } = await connectFake();
    using _ = server;
    await using __ = device;
    const error = await failure(() => device.control());
    expect([error.code, error.reason]).to.deep.equal(['EOPNOTSUPP', 'vfio-user.no-control']);
    expect(server.seen).to.deep.equal([]);
  });

  it('control vfio-user not agreed: for a client that does not ask there is no such command', async () => {
    await using bench = await openServer();
    for (const capabilities of [{}, { mdevkit_control: {} }, { mdevkit_control: { version: 0 } }]) {
      const client = bench.open({ max_msg_fds: 1, ...capabilities });
      expect(client.ask(bench.pump, CONTROL_COMMAND, fields(0, 0)).errno).to.equal(22);
      client[Symbol.dispose]();
      bench.pump();
      await microtasks();
    }
  });

  it('control vfio-user agreed: the answer names the version, only to a client that asks', async () => {
    await using bench = await openServer();
    const client = bench.connect();
    const asked = client.negotiate(bench.pump, { mdevkit_control: { version: 5 } });
    expect(new TextDecoder().decode(asked.payload.subarray(4))).to.contain(
      '"mdevkit_control":{"version":1}',
    );
  });

  it('control vfio-user refused: what is no request is answered, and the session goes on', async () => {
    await using bench = await openServer();
    const client = bench.open({ max_msg_fds: 4, mdevkit_control: { version: 1 } });
    const ask = (payload: Uint8Array): [number, number] => {
      const { errno, payload: answer } = client.ask(bench.pump, CONTROL_COMMAND, payload);
      return [errno, answer.length < 8 ? -1 : new DataView(answer.buffer).getUint32(0, true)];
    };
    expect(ask(new Uint8Array(7))).to.deep.equal([22, -1]);
    expect(ask(fields(1, 1))).to.deep.equal([0, 9]);
    expect(ask(fields(99, 0))).to.deep.equal([0, 95]);
    expect(ask(fields(0, 0))).to.deep.equal([0, 0]);
    expect(ask(fields(1, 1, new Uint8Array(5)))).to.deep.equal([0, 22]);
    for (let file = 2; file <= 64; file++) {
      expect(ask(fields(0, 0))).to.deep.equal([0, 0]);
    }
    expect(ask(fields(0, 0))).to.deep.equal([0, 28]);
  });

  it('control vfio-user sockets: only descriptors of this client may come', async () => {
    await using bench = await openServer();
    const client = bench.open({ max_msg_fds: 4, mdevkit_control: { version: 1 } });
    client.ask(bench.pump, CONTROL_COMMAND, fields(0, 0));
    const made = client.ask(bench.pump, CONTROL_COMMAND, fields(1, 1, eventChannelCall()));
    expect([made.errno, made.payload[0], made.fds.length]).to.deep.equal([0, 0, 1]);
    const call = fields(1, 1, new Uint8Array(3));
    const known = client.ask(bench.pump, CONTROL_COMMAND, call, { fds: made.fds });
    expect([known.errno, known.payload[0]]).to.deep.equal([0, 22]);
    const own = client.ask(bench.pump, CONTROL_COMMAND, call, { fds: [client.stream.fd] });
    expect(own.errno).to.equal(22);
    client.closeDescriptors(made);
  });

  it('control vfio-user hostile: whatever the requests are, the session answers and nothing is left', async () => {
    const request = fc.tuple(
      fc.constantFrom(0, 1, 1, 1, 2, 3),
      fc.nat(3),
      fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.constant(eventChannelCall())),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 10 }), async (requests) => {
        await using bench = await openServer();
        const client = bench.open({ max_msg_fds: 4, mdevkit_control: { version: 1 } });
        for (const [operation, file, data] of requests) {
          client.send(CONTROL_COMMAND, fields(operation, file, data));
          bench.pump();
          let answer = client.receive();
          for (let i = 0; i < 50 && answer === undefined; i++) {
            await turn();
            bench.pump();
            answer = client.receive();
          }
          expect(answer?.errno).to.equal(0);
          client.closeDescriptors(answer!);
        }
      }),
      { seed: 20261121, numRuns: 60 },
    );
  });
});

/** The message that makes an event channel: 24 bytes of header, one attribute of 16, for a device of no driver. */
function eventChannelCall(): Uint8Array {
  const bytes = new Uint8Array(40);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 40, true);
  view.setUint16(2, 16, true);
  view.setUint16(6, 1, true);
  view.setUint16(28, 1, true);
  return bytes;
}
