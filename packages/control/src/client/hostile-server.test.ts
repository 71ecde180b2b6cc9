import { closeSync, openSync } from 'node:fs';
import { ManualClock, MdevError, type Clock, type ObjectDescriptor } from '@mdevkit/core';
import { UnixStream } from '@mdevkit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { turns } from '../eventually.test-support.js';
import { failureOf } from '../failure-of.test-support.js';
import { frameBytes, RawClient, words } from '../server/raw-client.test-support.js';
import { openTransport } from './open-transport.js';
import type { SocketTransport } from './socket-transport.js';

const CALL = 1;
const CLOSE = 2;
const POLL = 17;
const REPLY = 0x8000;
const MAGIC = 0x7463_646d;
const empty = new Uint8Array(0);

/** A greeting: {magic, version | descriptors, driver id, largest message, 0, name}. */
function greeting(version = 1, descriptors = 4, message = 4096, name = 'x'): Uint8Array {
  const head = words(MAGIC, version | (descriptors << 16), 7, message, 0);
  return Uint8Array.of(...head, ...new TextEncoder().encode(name));
}

function frameOf(type: number, payload: Uint8Array, id = 0): Uint8Array {
  return frameBytes(type | REPLY, payload, { id });
}

/** A client that is being made, and the end of its server. */
function connecting(clock?: Clock): { raw: RawClient; made: Promise<SocketTransport> } {
  const [near, far] = UnixStream.pair();
  const made = openTransport(far, clock === undefined ? {} : { clock });
  return { raw: new RawClient(near), made };
}

async function connected(clock?: Clock): Promise<{ raw: RawClient; control: SocketTransport }> {
  const { raw, made } = connecting(clock);
  raw.sendBytes(frameOf(0, greeting()));
  return { raw, control: await made };
}

function call(control: SocketTransport): Promise<readonly ObjectDescriptor[]> {
  return Promise.resolve(control.call({ bytes: Uint8Array.of(1), descriptors: [] })).then(
    ({ descriptors }) => descriptors,
  );
}

/** Waits for the end of a call, which may only fail as calls do. */
async function settled(control: SocketTransport): Promise<void> {
  try {
    await call(control);
  } catch (error) {
    expect(MdevError.is(error)).to.equal(true);
  }
}

describe('a client and its server (own rule: everything from a server is checked as well)', () => {
  const wrong: readonly (readonly [name: string, bytes: Uint8Array, reason: string])[] = [
    ['no greeting', frameOf(0, words(1, 2, 3, 4, 5)), 'control.greeting'],
    ['a short greeting', frameOf(0, greeting().subarray(0, 19)), 'control.greeting'],
    ['another frame', frameOf(CALL, greeting()), 'control.greeting'],
    ['another version', frameOf(0, greeting(2)), 'control.version'],
    ['more descriptors than Linux passes', frameOf(0, greeting(1, 254)), 'control.greeting'],
    ['too small a limit', frameOf(0, greeting(1, 4, 23)), 'control.greeting'],
    ['too large a limit', frameOf(0, greeting(1, 4, 2 ** 26 + 1)), 'control.greeting'],
    ['too long a name', frameOf(0, greeting(1, 4, 4096, 'x'.repeat(257))), 'control.greeting'],
    ['a size that no frame has', frameBytes(REPLY, empty, { size: 3 }), 'control.greeting'],
    ['a greeting of a megabyte', frameBytes(REPLY, empty, { size: 2 ** 20 }), 'control.greeting'],
  ];
  for (const [name, bytes, reason] of wrong) {
    it(`control socket greeting: ${name} is refused`, async () => {
      const { raw, made } = connecting();
      using _ = raw;
      raw.sendBytes(bytes);
      expect((await failureOf(() => made)).reason).to.equal(reason);
      await raw.end();
    });
  }

  it('control socket greeting: a server that says nothing is given up', async () => {
    const clock = new ManualClock();
    const { raw, made } = connecting(clock);
    using _ = raw;
    const failing = failureOf(() => made);
    raw.sendBytes(frameOf(0, greeting()).subarray(0, 30));
    await turns();
    clock.advance(5000);
    expect((await failing).reason).to.equal('control.late');
    expect(clock.pendingCount).to.equal(0);
  });

  it('control socket greeting: a server that hangs up is gone', async () => {
    const { raw, made } = connecting();
    raw[Symbol.dispose]();
    expect((await failureOf(() => made)).reason).to.equal('control.server-gone');
  });

  const replies: readonly (readonly [name: string, bytes: Uint8Array])[] = [
    ['a reply of another kind', frameOf(CLOSE, empty, 1)],
    ['a reply to another call', frameOf(CALL, empty, 2)],
    ['a request', frameBytes(CALL, empty)],
    ['a frame beyond the limit', frameBytes(CALL | REPLY, empty, { size: 4096 + 17 })],
    ['descriptors that did not come', frameBytes(CALL | REPLY, empty, { descriptors: 1 })],
  ];
  for (const [name, bytes] of replies) {
    it(`control socket reply: ${name} is EPROTO, and nothing is called any more`, async () => {
      const { raw, control } = await connected();
      using _ = raw;
      const calling = failureOf(() => call(control));
      const queued = failureOf(() => call(control));
      await raw.frame();
      raw.sendBytes(bytes);
      expect((await calling).reason).to.equal('control.bad-reply');
      expect((await queued).code).to.equal('EPROTO');
      expect((await failureOf(() => call(control))).code).to.equal('EPROTO');
      await control.close();
      await raw.end();
    });
  }

  it('control socket reply: one that nobody asked for is EPROTO', async () => {
    const { raw, control } = await connected();
    using _ = raw;
    raw.sendBytes(frameOf(CALL, empty, 1));
    await raw.end();
    expect((await failureOf(() => call(control))).reason).to.equal('control.bad-reply');
    await control.close();
  });

  it('control socket reply: a descriptor that is no stream is EPROTO, and closed', async () => {
    const { raw, control } = await connected();
    using _ = raw;
    const calling = failureOf(() => call(control));
    const { id } = await raw.frame();
    const file = openSync('/dev/null', 'r');
    const [one, two] = UnixStream.pair();
    const fds = [one.fd, file, two.fd];
    raw.sendBytes(frameBytes(CALL | REPLY, empty, { id, descriptors: 3 }), fds);
    closeSync(file);
    one[Symbol.dispose]();
    two[Symbol.dispose]();
    expect((await calling).reason).to.equal('control.bad-reply');
    const closing = control.close();
    raw.send(CLOSE | REPLY);
    await closing;
  });

  it('control socket errors: an errno without its reason, and one that Linux does not name', async () => {
    const { raw, control } = await connected();
    using _ = raw;
    const rows: readonly (readonly [errno: number, json: string, code: string, reason: string])[] =
      [
        [16, '', 'EBUSY', 'control.bad-reply'],
        [16, '[1]', 'EBUSY', 'control.bad-reply'],
        [16, '{"reason":1,"message":""}', 'EBUSY', 'control.bad-reply'],
        [9999, '{"reason":"x","message":"y"}', 'EIO', 'control.bad-reply'],
        [16, '{"reason":"x.y","message":"text","details":{"a":1,"b":[2]}}', 'EBUSY', 'x.y'],
        [16, '{"reason":"x.y","message":"text","details":7}', 'EBUSY', 'x.y'],
      ];
    for (const [errno, json, code, reason] of rows) {
      const calling = failureOf(() => call(control));
      const { id } = await raw.frame();
      const bytes = frameOf(CALL, new TextEncoder().encode(json), id);
      new DataView(bytes.buffer).setUint32(12, errno, true);
      raw.sendBytes(bytes);
      const error = await calling;
      expect([error.code, error.reason], json).to.deep.equal([code, reason]);
    }
    const closing = control.close();
    raw.send(CLOSE | REPLY);
    await closing;
  });

  it('control socket close: a server that does not answer the farewell is left', async () => {
    const clock = new ManualClock();
    const { raw, control } = await connected(clock);
    using _ = raw;
    const closing = control.close();
    expect((await raw.frame()).type).to.equal(CLOSE);
    clock.advance(5000);
    await closing;
    await raw.end();
    expect(clock.pendingCount).to.equal(0);
  });

  it('control socket close: a call that is answered after it was given up disturbs nobody', async () => {
    const { raw, control } = await connected();
    using _ = raw;
    const calling = failureOf(() => call(control));
    const { id } = await raw.frame();
    const closing = control.close();
    expect((await calling).reason).to.equal('object.closed');
    raw.sendBytes(frameOf(CALL, empty, id));
    await turns();
    raw.send(CLOSE | REPLY);
    await closing;
  });

  it('control descriptor reply: one that nobody asked for ends the descriptor alone', async () => {
    const { raw, control } = await connected();
    using _ = raw;
    const calling = call(control);
    const { id } = await raw.frame();
    const [near, far] = UnixStream.pair();
    raw.sendBytes(frameBytes(CALL | REPLY, empty, { id, descriptors: 1 }), [far.fd]);
    far[Symbol.dispose]();
    using behind = new RawClient(near);
    const [descriptor] = await calling;
    const waiting = failureOf(() => descriptor!.ready());
    await behind.frame();
    behind.sendBytes(frameOf(POLL, words(1), 99));
    expect((await waiting).reason).to.equal('control.bad-reply');
    await behind.end();
    expect((await failureOf(() => descriptor!.poll())).code).to.equal('EPROTO');
    await descriptor!.close();
    const next = call(control);
    raw.sendBytes(frameOf(CALL, empty, (await raw.frame()).id));
    expect(await next).to.deep.equal([]);
    const closing = control.close();
    raw.send(CLOSE | REPLY);
    await closing;
  });

  it('control descriptor reply: a mask of another length, and an event that nobody has room for', async () => {
    const { raw, control } = await connected();
    using _ = raw;
    const calling = call(control);
    const { id } = await raw.frame();
    const [near, far] = UnixStream.pair();
    raw.sendBytes(frameBytes(CALL | REPLY, empty, { id, descriptors: 1 }), [far.fd]);
    far[Symbol.dispose]();
    using behind = new RawClient(near);
    const [descriptor] = await calling;
    const polling = failureOf(() => descriptor!.poll());
    behind.sendBytes(frameOf(POLL, empty, (await behind.frame()).id));
    expect((await polling).reason).to.equal('control.bad-reply');
    const reading = failureOf(() => descriptor!.read(new Uint8Array(2)));
    const asked = await behind.frame();
    behind.sendBytes(frameOf(asked.type, new Uint8Array(3), asked.id));
    expect((await reading).code).to.equal('EFAULT');
    const closing = descriptor!.close();
    behind.send(CLOSE | REPLY, empty, { id: (await behind.frame()).id });
    await closing;
    const leaving = control.close();
    raw.send(CLOSE | REPLY);
    await leaving;
  });

  it('control socket server gone: a call that waits behind one that is answered is told so, and does not hang', async () => {
    const { raw, control } = await connected();
    const answers = [call(control), failureOf(() => call(control))] as const;
    const { id } = await raw.frame();
    raw.sendBytes(frameOf(CALL, empty, id));
    raw[Symbol.dispose]();
    await answers[0];
    expect((await answers[1]).reason).to.equal('control.server-gone');
    await control.close();
  });

  it('control socket reply: whatever bytes a server sends, a call ends with an MdevError or an answer', async () => {
    const piece = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc
        .tuple(
          fc.constantFrom(0, CALL, CLOSE, POLL, CALL | REPLY, CLOSE | REPLY, 0xffff),
          fc.uint8Array({ maxLength: 40 }),
          fc.record({ id: fc.nat(3), descriptors: fc.constantFrom(0, 0, 1, 300) }),
        )
        .map(([type, payload, header]) => frameBytes(type, payload, header)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 5 }), async (pieces) => {
        const { raw, control } = await connected();
        const calling = settled(control);
        pieces.forEach((bytes) => {
          try {
            raw.sendBytes(bytes);
          } catch {
            // The client has given up already.
          }
        });
        await turns(2);
        raw[Symbol.dispose]();
        await calling;
        await control.close();
      }),
      { seed: 20261121, numRuns: 100 },
    );
  });
});
