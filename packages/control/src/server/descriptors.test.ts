import { silentLogger } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { eventually, turns } from '../eventually.test-support.js';
import { failureOf } from '../failure-of.test-support.js';
import { descriptorOf, rawDescriptor, serving } from './descriptors.test-support.js';
import { FakeObject, fakeError } from './fake-plane.test-support.js';
import { words } from './raw-client.test-support.js';

const READ = 16;
const IOCTL = 19;
const READABLE = 0x41;
const EBADF = 9;
const EFAULT = 14;
const empty = new Uint8Array(0);

describe('descriptor objects over a socket (docs/reference/control-wire.md, Descriptors)', () => {
  it('control socket read: an event that is there, and one that comes', async () => {
    const object = new FakeObject();
    await using served = serving([object]);
    const control = await served.connect();
    await using descriptor = await descriptorOf(control);
    object.report(1, 2, 3);
    const buffer = new Uint8Array(8);
    expect(await descriptor.read(buffer)).to.equal(3);
    expect([...buffer]).to.deep.equal([1, 2, 3, 0, 0, 0, 0, 0]);
    const reading = descriptor.read(buffer);
    await turns();
    object.report(4, 5);
    expect(await reading).to.equal(2);
    expect([...buffer.subarray(0, 3)]).to.deep.equal([4, 5, 3]);
    await control.close();
  });

  it('control socket read: without waiting it is EAGAIN, and the error of the object comes whole', async () => {
    const object = new FakeObject();
    await using served = serving([object]);
    const control = await served.connect();
    await using descriptor = await descriptorOf(control);
    const error = await failureOf(() => descriptor.read(new Uint8Array(8), { nonBlocking: true }));
    expect(error.toJSON()).to.deep.equal(fakeError('EAGAIN').toJSON());
    object.report(1, 2, 3);
    const short = await failureOf(() => descriptor.read(new Uint8Array(2)));
    expect(short.code).to.equal('EINVAL');
    expect(await descriptor.read(new Uint8Array(3))).to.equal(3);
    await control.close();
  });

  it('control socket read: several wait, and each event has one reader', async () => {
    const object = new FakeObject();
    await using served = serving([object]);
    const control = await served.connect();
    await using descriptor = await descriptorOf(control);
    const buffers = [1, 2, 3].map(() => new Uint8Array(4));
    const reads = buffers.map((buffer) => descriptor.read(buffer));
    await eventually(() => object.waiting === 3);
    for (const byte of [7, 8, 9]) {
      object.report(byte);
    }
    await Promise.all(reads);
    expect(buffers.map(([byte]) => byte)).to.deep.equal([7, 8, 9]);
    await control.close();
  });

  it('control socket read: an event for a buffer that was taken away is EFAULT, and the next read gets it', async () => {
    const object = new FakeObject();
    await using served = serving([object]);
    const control = await served.connect();
    await using descriptor = await descriptorOf(control);
    const buffer = new Uint8Array(8);
    const reading = failureOf(() => descriptor.read(buffer));
    await eventually(() => object.waiting === 1);
    structuredClone(buffer, { transfer: [buffer.buffer] });
    object.report(1, 2, 3);
    const error = await reading;
    expect([error.code, error.reason]).to.deep.equal(['EFAULT', 'event.copy']);
    expect(await descriptor.poll()).to.equal(READABLE);
    expect(await descriptor.ready()).to.equal(READABLE);
    expect((await failureOf(() => descriptor.read(new Uint8Array(2)))).code).to.equal('EINVAL');
    const next = new Uint8Array(3);
    expect(await descriptor.read(next)).to.equal(3);
    expect([...next]).to.deep.equal([1, 2, 3]);
    expect(await descriptor.poll()).to.equal(0);
    await control.close();
  });

  it('control socket read: an event of which the socket takes nothing stays, and comes once', async () => {
    const object = new FakeObject();
    object.onIoctl = () => new Uint8Array(30_000);
    await using served = serving([object]);
    const { main, raw } = await rawDescriptor(served.path);
    using _main = main;
    using _raw = raw;
    raw.send(READ, words(100, 0), { id: 1 });
    await eventually(() => object.waiting === 1);
    for (let id = 2; id < 12; id++) {
      raw.send(IOCTL, words(0, 0), { id });
    }
    await eventually(() => object.operations.length > 5);
    await turns();
    object.report(5, 6);
    expect([object.failed, object.events.length]).to.deep.equal([1, 1]);
    const errnos = new Map<number, number>();
    for (let count = 0; count < 11; count++) {
      const { id, errno } = await raw.frame();
      errnos.set(id, errno);
    }
    expect(errnos.get(1)).to.equal(EFAULT);
    raw.send(READ, words(100, 0), { id: 20 });
    const event = await raw.frame();
    expect([event.id, event.errno, [...event.payload]]).to.deep.equal([20, 0, [5, 6]]);
    expect(object.events.length).to.equal(0);
  });

  it('control descriptor poll, control descriptor ready: the mask now, and when there is one', async () => {
    const object = new FakeObject();
    await using served = serving([object]);
    const control = await served.connect();
    await using descriptor = await descriptorOf(control);
    expect(await descriptor.poll()).to.equal(0);
    const both = [descriptor.ready(), descriptor.ready()];
    await eventually(() => object.waiting === 1);
    object.report(1);
    expect(await Promise.all(both)).to.deep.equal([READABLE, READABLE]);
    expect(object.waiting).to.equal(0);
    expect(await descriptor.poll()).to.equal(READABLE);
    expect(await descriptor.ready()).to.equal(READABLE);
    await control.close();
  });

  it('control descriptor ready: who waits hears of an object that is closed', async () => {
    const object = new FakeObject();
    await using served = serving([object]);
    const control = await served.connect();
    await using descriptor = await descriptorOf(control);
    const waiting = failureOf(() => descriptor.ready());
    await eventually(() => object.waiting === 1);
    await object.close();
    expect((await waiting).toJSON()).to.deep.equal(fakeError('EBADF').toJSON());
    await control.close();
  });

  it('control descriptor ioctl: number and bytes go there, bytes or an error come back', async () => {
    const object = new FakeObject();
    await using served = serving([object]);
    const control = await served.connect();
    await using descriptor = await descriptorOf(control);
    object.onIoctl = (operation, data) => Uint8Array.of(operation, ...data);
    expect([...(await descriptor.ioctl(5, Uint8Array.of(1, 2)))]).to.deep.equal([5, 1, 2]);
    object.onIoctl = async () => Uint8Array.of(9);
    expect([...(await descriptor.ioctl(0xffff_ffff, empty))]).to.deep.equal([9]);
    expect(object.operations).to.deep.equal([
      [5, [1, 2]],
      [0xffff_ffff, []],
    ]);
    object.onIoctl = () => Promise.reject(fakeError('EIO'));
    expect((await failureOf(() => descriptor.ioctl(1, empty))).reason).to.equal('fake.eio');
    object.onIoctl = () => new Uint8Array(70_000);
    expect((await failureOf(() => descriptor.ioctl(1, empty))).reason).to.equal(
      'control.reply-size',
    );
    const large = await failureOf(() => descriptor.ioctl(1, new Uint8Array(70_000)));
    expect(large.reason).to.equal('control.message-size');
    await control.close();
  });

  it('control descriptor arguments: what JavaScript passes wrongly is EINVAL', async () => {
    const object = new FakeObject();
    await using served = serving([object]);
    const control = await served.connect();
    await using descriptor = await descriptorOf(control);
    const anything = descriptor as unknown as Record<string, (...args: unknown[]) => unknown>;
    for (const call of [
      () => anything['read']?.('text'),
      () => anything['ioctl']?.(-1, empty),
      () => anything['ioctl']?.(2 ** 32, empty),
      () => anything['ioctl']?.(1, [1]),
    ]) {
      const error = await failureOf(call);
      expect([error.code, error.reason]).to.deep.equal(['EINVAL', 'object.argument']);
    }
    await control.close();
  });

  it('control descriptor close: the object is destroyed when it is answered; everything else is EBADF', async () => {
    const object = new FakeObject();
    await using served = serving([object]);
    const control = await served.connect();
    const descriptor = await descriptorOf(control);
    const reading = failureOf(() => descriptor.read(new Uint8Array(8)));
    await eventually(() => object.waiting === 1);
    await descriptor.close();
    expect(object.closes).to.be.greaterThan(0);
    expect((await reading).code).to.equal('EBADF');
    for (const call of [
      () => descriptor.read(new Uint8Array(8)),
      () => descriptor.poll(),
      () => descriptor.ready(),
      () => descriptor.ioctl(1, empty),
    ]) {
      expect((await failureOf(call)).reason).to.equal('object.descriptor-closed');
    }
    await descriptor.close();
    await eventually(() => served.server.descriptors === 0);
    await control.close();
  });

  it('control descriptor close: closing the last copy of the descriptor destroys the object', async () => {
    const object = new FakeObject();
    await using served = serving([object]);
    const { main, raw } = await rawDescriptor(served.path);
    using _ = main;
    raw.send(READ, words(100, 0));
    await eventually(() => object.waiting === 1);
    raw[Symbol.dispose]();
    await eventually(() => object.closes === 1 && served.server.descriptors === 0);
  });

  it('control descriptor close: a control that is closed closes its descriptors', async () => {
    const object = new FakeObject();
    await using served = serving([object]);
    const control = await served.connect();
    const descriptor = await descriptorOf(control);
    await control.close();
    expect(object.closes).to.be.greaterThan(0);
    expect((await failureOf(() => descriptor.poll())).code).to.equal('EBADF');
  });

  it('control descriptor client gone: a descriptor that somebody has ends with its client, after its object', async () => {
    const object = new FakeObject();
    await using served = serving([object]);
    const { main, raw } = await rawDescriptor(served.path);
    using _ = raw;
    const [file] = served.plane.files;
    file!.onClose = () => object.close();
    raw.send(READ, words(100, 0));
    await eventually(() => object.waiting === 1);
    main[Symbol.dispose]();
    expect((await raw.frame()).errno).to.equal(EBADF);
    await raw.end();
    expect([served.server.clients, served.server.descriptors]).to.deep.equal([0, 0]);
  });

  it('control descriptor close: an object that rejects its end does not end the server (own rule)', async () => {
    const object = new FakeObject();
    object.close = async () => {
      object.closes++;
      throw fakeError('EIO');
    };
    const errors: string[] = [];
    const logger = { ...silentLogger, error: (text: string) => errors.push(text) };
    await using served = serving([object], { logger: { ...logger, child: () => logger } });
    const control = await served.connect();
    const descriptor = await descriptorOf(control);
    await descriptor.close();
    await eventually(() => served.server.descriptors === 0);
    expect(errors.length).to.equal(1);
    await control.close();
  });

  it('control descriptor server gone: who waits is told EIO, and closing works', async () => {
    const object = new FakeObject();
    await using served = serving([object]);
    const control = await served.connect();
    const descriptor = await descriptorOf(control);
    const reading = failureOf(() => descriptor.read(new Uint8Array(8)));
    await eventually(() => object.waiting === 1);
    await served.server.close();
    expect(object.closes).to.be.greaterThan(0);
    const error = await reading;
    expect(['EIO', 'EBADF']).to.include(error.code);
    await eventually(() => failureOf(() => descriptor.poll()));
    await descriptor.close();
    await control.close();
  });
});
