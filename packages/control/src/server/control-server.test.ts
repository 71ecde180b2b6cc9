import { existsSync, statSync } from 'node:fs';
import { MdevError, type ControlMessage, type ObjectDescriptor } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { SocketTransport } from '../client/socket-transport.js';
import { eventually, turns } from '../eventually.test-support.js';
import { failureOf } from '../failure-of.test-support.js';
import { FakePlane, plain } from './fake-plane.test-support.js';
import type { FileAnswer } from './plane.js';
import { frameBytes, RawClient } from './raw-client.test-support.js';
import { ControlServer } from './control-server.js';
import { Served } from './served.test-support.js';

const CALL = 1;
const CLOSE = 2;
const REPLY = 0x8000;

function request(...bytes: readonly number[]): ControlMessage<ObjectDescriptor | number> {
  return { bytes: Uint8Array.from(bytes), descriptors: [] };
}

async function call(control: SocketTransport, ...bytes: readonly number[]): Promise<number[]> {
  const answer = await control.call(request(...bytes));
  return [...answer.bytes];
}

/** An answer that the test gives when it wants. */
function later(): { promise: Promise<FileAnswer>; answer: (value: FileAnswer) => void } {
  let answer: (value: FileAnswer) => void = () => undefined;
  const promise = new Promise<FileAnswer>((resolve) => {
    answer = resolve;
  });
  return { promise, answer };
}

describe('ControlServer (docs/reference/control-wire.md)', () => {
  it('control socket greeting: it says whose classes there are and how much goes into a call', async () => {
    await using served = new Served({ limits: { maxMessage: 8192, maxDescriptors: 3 } });
    using client = RawClient.connect(served.path);
    const { type, errno, payload } = await client.frame();
    const view = new DataView(payload.buffer, payload.byteOffset);
    expect([type, errno]).to.deep.equal([REPLY, 0]);
    expect(new TextDecoder().decode(payload.subarray(0, 4))).to.equal('mdct');
    expect([view.getUint16(4, true), view.getUint16(6, true)]).to.deep.equal([1, 3]);
    expect([view.getUint32(8, true), view.getUint32(12, true)]).to.deep.equal([0x12345678, 8192]);
    expect(new TextDecoder().decode(payload.subarray(20))).to.equal('fake');
  });

  it('control socket mode: nobody but the owner may connect, unless it is said', async () => {
    await using served = new Served();
    expect(statSync(served.path).mode & 0o777).to.equal(0o600);
  });

  it('control socket call: bytes go to the file of the client, and the answer comes back', async () => {
    await using served = new Served();
    served.plane.onCall = (bytes) => plain(...bytes, bytes.length);
    const control = await served.connect();
    expect([control.driverId, control.driver]).to.deep.equal([0x12345678, 'fake']);
    expect(await call(control, 1, 2, 3)).to.deep.equal([1, 2, 3, 3]);
    expect(await call(control, 4)).to.deep.equal([4, 1]);
    await control.close();
    expect(served.plane.files[0]?.calls).to.deep.equal([[1, 2, 3], [4]]);
  });

  it('control socket order: a call that is not answered at once holds the later ones', async () => {
    await using served = new Served();
    const first = later();
    served.plane.onCall = (bytes) => (bytes[0] === 1 ? first.promise : plain(20));
    using client = await RawClient.greeted(served.path);
    client.send(CALL, Uint8Array.of(1), { id: 11 });
    client.send(CALL, Uint8Array.of(2), { id: 12 });
    await eventually(() => served.plane.files[0]?.calls.length === 1);
    await turns();
    expect(served.plane.files[0]?.calls).to.deep.equal([[1]]);
    expect(client.receive()).to.equal(undefined);
    first.answer(plain(10));
    const [one, two] = [await client.frame(), await client.frame()];
    expect([one.id, one.type, [...one.payload]]).to.deep.equal([11, CALL | REPLY, [10]]);
    expect([two.id, two.type, [...two.payload]]).to.deep.equal([12, CALL | REPLY, [20]]);
  });

  it('control socket order: bytes of a held call stay as they are while others come', async () => {
    await using served = new Served();
    const first = later();
    let seen: Uint8Array | undefined;
    served.plane.onCall = (bytes) => {
      seen ??= bytes;
      return seen === bytes ? first.promise : plain();
    };
    using client = await RawClient.greeted(served.path);
    client.send(CALL, Uint8Array.of(7, 7, 7));
    await eventually(() => seen !== undefined);
    client.send(CALL, Uint8Array.of(8, 8, 8));
    await turns();
    first.answer(plain());
    await client.frame();
    await client.frame();
    client.send(CALL, Uint8Array.of(9, 9, 9));
    await client.frame();
    expect([...(seen ?? [])]).to.deep.equal([7, 7, 7]);
  });

  it('control socket order: calls of one control made at once are answered in their order', async () => {
    await using served = new Served();
    const control = await served.connect();
    const answers = await Promise.all([1, 2, 3, 4].map((byte) => call(control, byte)));
    expect(answers).to.deep.equal([[1], [2], [3], [4]]);
    await control.close();
  });

  it('control socket errors: errno, reason, details and message arrive whole', async () => {
    await using served = new Served();
    const thrown = new MdevError('EBUSY', 'object.some', 'it is locked', {
      handle: 2n ** 50n,
      by: 'x',
      n: 3,
      yes: true,
    });
    served.plane.onCall = (bytes) => {
      if (bytes[0] === 1) {
        throw thrown;
      }
      return Promise.reject(thrown);
    };
    const control = await served.connect();
    for (const byte of [1, 2]) {
      const error = await failureOf(() => call(control, byte));
      expect(error.toJSON()).to.deep.equal(thrown.toJSON());
      expect(error.message).to.equal(thrown.message);
      expect(error.code).to.equal('EBUSY');
    }
    await control.close();
  });

  it('control socket errors: what nobody foresaw is EIO and says nothing of its inside', async () => {
    await using served = new Served();
    served.plane.onCall = () => {
      throw new Error('a secret');
    };
    const control = await served.connect();
    const error = await failureOf(() => call(control, 1));
    expect([error.code, error.reason]).to.deep.equal(['EIO', 'control.failed']);
    expect(error.message).not.to.contain('secret');
    await control.close();
  });

  it('control socket errors: one that is too long loses its details and not its reason', async () => {
    await using served = new Served();
    served.plane.onCall = () => {
      throw new MdevError('EINVAL', 'fake.long', 'text', { long: 'x'.repeat(10_000) });
    };
    const control = await served.connect();
    const error = await failureOf(() => call(control, 1));
    expect([error.code, error.reason, error.details]).to.deep.equal(['EINVAL', 'fake.long', {}]);
    await control.close();
  });

  it('control socket clients: each has a file of its own, and one that goes takes only its own', async () => {
    await using served = new Served();
    const [one, two] = [await served.connect(), await served.connect()];
    await call(one, 1);
    await call(two, 2);
    expect(served.plane.files.map(({ calls }) => calls)).to.deep.equal([[[1]], [[2]]]);
    await one.close();
    expect(served.plane.files.map(({ closes }) => closes)).to.deep.equal([1, 0]);
    expect(await call(two, 3)).to.deep.equal([3]);
    await two.close();
    await eventually(() => served.server.clients === 0);
  });

  it('control socket clients: one that is gone without a farewell is closed as well', async () => {
    await using served = new Served();
    const client = await RawClient.greeted(served.path);
    client[Symbol.dispose]();
    await eventually(() => served.plane.files[0]?.closes === 1);
  });

  it('control socket maxClients: a further one is told EAGAIN, and may come when there is room', async () => {
    await using served = new Served({ limits: { maxClients: 1 } });
    const one = await served.connect();
    const error = await failureOf(() => served.connect());
    expect([error.code, error.reason]).to.deep.equal(['EAGAIN', 'control.crowded']);
    await one.close();
    await eventually(() => served.server.clients === 0);
    const two = await served.connect();
    await two.close();
  });

  it('control socket closed device: who connects is told what the device says', async () => {
    await using served = new Served();
    served.plane.onOpen = () => {
      throw new MdevError('ENODEV', 'device.revoked', 'the device was removed', { why: 'test' });
    };
    const error = await failureOf(() => served.connect());
    expect([error.code, error.reason, error.details]).to.deep.equal([
      'ENODEV',
      'device.revoked',
      { why: 'test' },
    ]);
  });

  it('control socket peer: who may not be a client gets no greeting', async () => {
    await using served = new Served({ allowPeer: () => false });
    const error = await failureOf(() => served.connect());
    expect(error.reason).to.equal('control.server-gone');
    expect(served.plane.files).to.deep.equal([]);
  });

  it('control socket close: it is answered when the file is closed, and not before', async () => {
    await using served = new Served();
    const control = await served.connect();
    let finish: () => void = () => undefined;
    served.plane.files[0]!.onClose = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    let isClosed = false;
    const closing = control.close().then(() => {
      isClosed = true;
    });
    await eventually(() => served.plane.files[0]?.closes === 1);
    await turns();
    expect(isClosed).to.equal(false);
    finish();
    await closing;
    expect((await failureOf(() => control.call(request(1)))).reason).to.equal('object.closed');
  });

  it('control socket close: a client leaves also while a call of it is held', async () => {
    await using served = new Served();
    const first = later();
    served.plane.onCall = () => first.promise;
    const control = await served.connect();
    served.plane.files[0]!.onClose = async () => {
      first.answer(plain(1));
      await first.promise;
    };
    const held = failureOf(() => control.call(request(1)));
    await eventually(() => served.plane.files[0]?.calls.length === 1);
    await control.close();
    expect((await held).reason).to.equal('object.closed');
    expect(served.plane.files[0]?.closes).to.be.greaterThan(0);
  });

  it('control socket server close: clients end, files are closed, and the socket is removed', async () => {
    await using served = new Served();
    const control = await served.connect();
    await served.server.close();
    expect(served.plane.files[0]?.closes).to.equal(1);
    expect(existsSync(served.path)).to.equal(false);
    const error = await failureOf(() => control.call(request(1)));
    expect([error.code, error.reason]).to.deep.equal(['EIO', 'control.server-gone']);
    await control.close();
  });

  it('control socket server gone: who waits for an answer is told, and who comes later', async () => {
    await using served = new Served();
    const never = later();
    served.plane.onCall = () => never.promise;
    const control = await served.connect();
    const held = failureOf(() => control.call(request(1)));
    const queued = failureOf(() => control.call(request(2)));
    await eventually(() => served.plane.files[0]?.calls.length === 1);
    const closing = served.server.close();
    expect([(await held).reason, (await queued).reason]).to.deep.equal([
      'control.server-gone',
      'control.server-gone',
    ]);
    never.answer(plain());
    await closing;
    await control.close();
  });

  it('control socket message size: a request beyond the limit is not sent, an answer not either', async () => {
    await using served = new Served({ limits: { maxMessage: 4096 } });
    const control = await served.connect();
    const large = { bytes: new Uint8Array(4097), descriptors: [] };
    expect((await failureOf(() => control.call(large))).reason).to.equal('object.message-size');
    served.plane.onCall = () => ({ bytes: new Uint8Array(4097 + 1024), descriptors: [] });
    expect((await failureOf(() => control.call(request(1)))).reason).to.equal('control.reply-size');
    served.plane.onCall = () => ({ bytes: new Uint8Array(4096).fill(5), descriptors: [] });
    const answer = await control.call({ bytes: new Uint8Array(4096), descriptors: [] });
    expect(answer.bytes).to.deep.equal(new Uint8Array(4096).fill(5));
    await control.close();
  });

  it('control socket slow client: no request is carried out while an answer waits for the socket', async () => {
    await using served = new Served();
    served.plane.onCall = () => ({ bytes: new Uint8Array(2 ** 20).fill(7), descriptors: [] });
    using client = await RawClient.greeted(served.path);
    for (let id = 0; id < 100; id++) {
      client.sendBytes(frameBytes(CALL, Uint8Array.of(id), { id }));
    }
    await eventually(() => served.plane.files[0]?.calls.length === 1);
    await turns();
    expect(served.plane.files[0]?.calls.length).to.equal(1);
    for (let id = 0; id < 100; id++) {
      const frame = await client.frame();
      expect([frame.id, frame.payload.length]).to.deep.equal([id, 2 ** 20]);
    }
    client.send(CLOSE);
    expect((await client.frame()).type).to.equal(CLOSE | REPLY);
  });

  it('control socket limits: what is out of range is refused at once', () => {
    const objects = new FakePlane();
    const path = '/nowhere/socket';
    for (const limits of [
      { maxClients: 0 },
      { maxMessage: 4095 },
      { maxDescriptors: 254 },
      { maxOpenDescriptors: -1 },
      { maxClientDescriptors: 65_537 },
      { maxUnread: -1 },
      { maxWaiting: 0.5 },
    ]) {
      expect(() => ControlServer.listen({ objects }, { path, limits })).to.throw(RangeError);
    }
    const polling = { maxSpins: -1 };
    expect(() => ControlServer.listen({ objects }, { path, polling })).to.throw(RangeError);
  });
});
