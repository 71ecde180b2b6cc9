import { closeSync, fstatSync, openSync } from 'node:fs';
import { MdevError } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { eventually, turns } from '../eventually.test-support.js';
import { failureOf } from '../failure-of.test-support.js';
import { descriptorOf, descriptorsOf, rawDescriptor, serving } from './descriptors.test-support.js';
import { FakeObject, plain } from './fake-plane.test-support.js';
import type { OpenObject } from './plane.js';
import { RawClient, words } from './raw-client.test-support.js';
import { Served } from './served.test-support.js';

const CALL = 1;
const CLOSE = 2;
const READ = 16;
const POLL = 17;
const READY = 18;
const IOCTL = 19;
const REPLY = 0x8000;
const EBADF = 9;
const EMFILE = 24;
const EBUSY = 16;
const empty = new Uint8Array(0);

describe('descriptors in calls, and limits (docs/reference/control-wire.md, Descriptors)', () => {
  it('control descriptor back: in a call it is the object that it stands for, also a copy of it', async () => {
    const object = new FakeObject();
    await using served = serving([object]);
    const control = await served.connect();
    await using descriptor = await descriptorOf(control);
    const received: (readonly (OpenObject | number)[])[] = [];
    served.plane.onCall = (_, descriptors) => {
      received.push(descriptors);
      return plain();
    };
    await control.call({ bytes: empty, descriptors: [descriptor, descriptor] });
    expect(received).to.deep.equal([[object, object]]);
    expect(object.closes).to.equal(0);
    object.report(1);
    expect(await descriptor.read(new Uint8Array(4))).to.equal(1);
    await control.close();
  });

  it('control descriptor back: one that is closed, or of another connection, is EBADF', async () => {
    const object = new FakeObject();
    await using served = serving([object]);
    const [control, other] = [await served.connect(), await served.connect()];
    const [mine, foreign] = [await descriptorOf(control), await descriptorOf(other)];
    const error = await failureOf(() => control.call({ bytes: empty, descriptors: [foreign] }));
    expect([error.code, error.reason]).to.deep.equal(['EBADF', 'object.descriptor']);
    await mine.close();
    const closed = await failureOf(() => control.call({ bytes: empty, descriptors: [mine] }));
    expect(closed.code).to.equal('EBADF');
    await control.close();
    await other.close();
  });

  it('control descriptor back: one of another client is nobody’s in this one, whoever sent it', async () => {
    const object = new FakeObject();
    await using served = serving([object]);
    const { main, raw } = await rawDescriptor(served.path);
    using _main = main;
    using _raw = raw;
    using thief = await RawClient.greeted(served.path);
    thief.send(CALL, Uint8Array.of(1), {}, [raw.stream.fd]);
    expect((await thief.frame()).errno).to.equal(EBADF);
    expect(object.closes).to.equal(0);
  });

  it('control descriptor raw: a descriptor of the client is lent for the time of the call', async () => {
    await using served = new Served();
    const control = await served.connect();
    const file = openSync('/dev/null', 'r');
    let lent = -1;
    let finish: () => void = () => undefined;
    served.plane.onCall = async (_, [fd]) => {
      lent = Number(fd);
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return plain(fstatSync(lent).rdev === fstatSync(file).rdev ? 1 : 0);
    };
    const calling = control.call({ bytes: empty, descriptors: [file] });
    await eventually(() => lent >= 0);
    await turns();
    finish();
    expect([...(await calling).bytes]).to.deep.equal([1]);
    expect(() => fstatSync(lent)).to.throw('EBADF');
    const bad = await failureOf(() => control.call({ bytes: empty, descriptors: [9999] }));
    expect([bad.code, bad.reason]).to.deep.equal(['EBADF', 'object.descriptor']);
    closeSync(file);
    await control.close();
  });

  it('control descriptor limits: maxOpenDescriptors is EMFILE, and the object is destroyed', async () => {
    const objects = [new FakeObject(), new FakeObject()];
    await using served = serving(objects, {
      limits: { maxOpenDescriptors: 1, maxClientDescriptors: 2 },
    });
    const control = await served.connect();
    const error = await failureOf(() => descriptorsOf(control));
    expect([error.errno, error.reason]).to.deep.equal([EMFILE, 'control.descriptor-limit']);
    await eventually(() => objects.every(({ closes }) => closes > 0));
    expect(served.server.descriptors).to.equal(0);
    await control.close();
  });

  it('control descriptor limits: a client that has its share is EMFILE, and others still get theirs (own rule)', async () => {
    await using served = new Served({ limits: { maxOpenDescriptors: 8 } });
    served.plane.onCall = () => ({ bytes: empty, descriptors: [new FakeObject()] });
    const [greedy, other] = [await served.connect(), await served.connect()];
    const first = await descriptorOf(greedy);
    await descriptorOf(greedy);
    const error = await failureOf(() => descriptorsOf(greedy));
    expect([error.errno, error.reason]).to.deep.equal([EMFILE, 'control.client-descriptors']);
    await descriptorOf(other);
    await first.close();
    await eventually(() => served.server.descriptors === 2);
    await descriptorOf(greedy);
    await greedy.close();
    await eventually(() => served.server.descriptors === 1);
    await other.close();
  });

  it('control descriptor limits: operations that are refused later do not count for ever (own rule)', async () => {
    const object = new FakeObject();
    object.onIoctl = async () => {
      throw new MdevError('EINVAL', 'fake.no', 'no');
    };
    await using served = serving([object], { limits: { maxWaiting: 2 } });
    const control = await served.connect();
    const descriptor = await descriptorOf(control);
    for (let i = 0; i < 5; i++) {
      expect((await failureOf(() => descriptor.ioctl(1, empty))).reason).to.equal('fake.no');
    }
    await control.close();
  });

  it('control descriptor limits: a wait that the object refuses does not count (own rule)', async () => {
    const object = new FakeObject();
    object.onChange = () => {
      throw new MdevError('EIO', 'fake.no', 'no');
    };
    await using served = serving([object], { limits: { maxWaiting: 2 } });
    const control = await served.connect();
    const descriptor = await descriptorOf(control);
    for (let i = 0; i < 5; i++) {
      expect((await failureOf(() => descriptor.ready())).reason).to.equal('fake.no');
    }
    await control.close();
  });

  it('control descriptor back: one that has ended while its call was on the way is EBADF, and no number', async () => {
    await using served = serving([new FakeObject()]);
    const { main, raw } = await rawDescriptor(served.path);
    using _main = main;
    using _raw = raw;
    const received: unknown[] = [];
    let answer: () => void = () => undefined;
    served.plane.onCall = (_, descriptors) => {
      received.push(...descriptors);
      return new Promise((resolve) => {
        answer = () => {
          resolve(plain());
        };
      });
    };
    main.send(CALL, Uint8Array.of(1), { id: 1 });
    main.send(CALL, Uint8Array.of(2), { id: 2 }, [raw.stream.fd]);
    await eventually(() => served.plane.files[0]?.calls.length === 2);
    await turns();
    raw.send(CLOSE);
    await eventually(() => served.server.descriptors === 0);
    answer();
    expect((await main.frame()).errno).to.equal(0);
    expect((await main.frame()).errno).to.equal(EBADF);
    expect(received).to.deep.equal([]);
  });

  it('control descriptor raw: a late handler has it until it is over, not only until ETIMEDOUT', async () => {
    await using served = new Served();
    let end: () => void = () => undefined;
    let lent = -1;
    served.plane.onCall = (_, [fd], __, onLate) => {
      lent = Number(fd);
      onLate?.(
        new Promise((resolve) => {
          end = resolve;
        }),
      );
      return Promise.reject(new MdevError('ETIMEDOUT', 'fake.late', 'late'));
    };
    const control = await served.connect();
    const file = openSync('/dev/null', 'r');
    const calling = failureOf(() => control.call({ bytes: empty, descriptors: [file] }));
    expect((await calling).code).to.equal('ETIMEDOUT');
    await turns();
    expect(fstatSync(lent).ino).to.equal(fstatSync(file).ino);
    closeSync(file);
    end();
    await turns();
    expect(() => fstatSync(lent)).to.throw('EBADF');
    await control.close();
  });

  it('control descriptor limits: maxDescriptors holds both ways', async () => {
    const objects = [new FakeObject(), new FakeObject()];
    await using served = serving(objects, { limits: { maxDescriptors: 1 } });
    const control = await served.connect();
    expect((await failureOf(() => descriptorsOf(control))).reason).to.equal('control.descriptors');
    await eventually(() => objects.every(({ closes }) => closes > 0));
    const error = await failureOf(() => control.call({ bytes: empty, descriptors: [1, 2] }));
    expect(error.reason).to.equal('control.descriptors');
    await control.close();
  });

  it('control descriptor limits: maxWaiting is EBUSY, and the descriptor goes on', async () => {
    const object = new FakeObject();
    await using served = serving([object], { limits: { maxWaiting: 2 } });
    const { main, raw } = await rawDescriptor(served.path);
    using _main = main;
    using _raw = raw;
    for (const [id, type] of [READ, READY, READ].entries()) {
      raw.send(type, words(100, 0), { id });
    }
    const busy = await raw.frame();
    expect([busy.id, busy.type, busy.errno]).to.deep.equal([2, READ | REPLY, EBUSY]);
    raw.send(POLL, empty, { id: 9 });
    const polled = await raw.frame();
    expect([polled.id, polled.errno]).to.deep.equal([9, 0]);
  });

  for (const [name, type, payload] of [
    ['a request that there is not', 99, empty],
    ['a reply', READ | REPLY, empty],
    ['a call', CALL, empty],
  ] as const) {
    it(`control descriptor hostile: ${name} ends the descriptor, and not its client`, async () => {
      const object = new FakeObject();
      await using served = serving([object]);
      const { main, raw } = await rawDescriptor(served.path);
      using _main = main;
      using _raw = raw;
      raw.send(type, payload);
      await raw.end();
      expect(object.closes).to.equal(1);
      main.send(CALL, Uint8Array.of(1));
      expect((await main.frame()).errno).to.equal(0);
    });
  }

  it('control descriptor hostile: descriptors on it end it, and are closed', async () => {
    const object = new FakeObject();
    await using served = serving([object]);
    const { main, raw } = await rawDescriptor(served.path);
    using _main = main;
    using _raw = raw;
    raw.send(POLL, empty, {}, [raw.stream.fd]);
    await raw.end();
    expect(object.closes).to.equal(1);
  });

  it('control descriptor hostile: a request that is cut is EINVAL', async () => {
    const object = new FakeObject();
    await using served = serving([object]);
    const { main, raw } = await rawDescriptor(served.path);
    using _main = main;
    using _raw = raw;
    for (const type of [READ, IOCTL]) {
      raw.send(type, new Uint8Array(7));
      expect((await raw.frame()).errno).to.equal(22);
    }
    raw.send(CLOSE);
    expect((await raw.frame()).type).to.equal(CLOSE | REPLY);
    await raw.end();
  });

  it('control descriptor unsent: an answer that does not reach its client leaves no object', async () => {
    const object = new FakeObject();
    await using served = new Served();
    let answer: () => void = () => undefined;
    served.plane.onCall = () =>
      new Promise((resolve) => {
        answer = () => {
          resolve({ bytes: empty, descriptors: [object] });
        };
      });
    const client = await RawClient.greeted(served.path);
    client.send(CALL, Uint8Array.of(1));
    await eventually(() => served.plane.files[0]?.calls.length === 1);
    client[Symbol.dispose]();
    await eventually(() => served.server.clients === 0);
    answer();
    await eventually(() => object.closes === 1 && served.server.descriptors === 0);
  });
});
