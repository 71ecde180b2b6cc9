import { closeSync, openSync } from 'node:fs';
import { UnixStream } from '@mdevkit/linux';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { eventually, turns } from '../eventually.test-support.js';
import { rawDescriptor, serving } from './descriptors.test-support.js';
import { FakeObject, plain } from './fake-plane.test-support.js';
import { frameBytes, RawClient, words } from './raw-client.test-support.js';
import { Served } from './served.test-support.js';

const CALL = 1;
const CLOSE = 2;
const IOCTL = 19;
const REPLY = 0x8000;

/** What ends a connection, and nothing else. */
const ends: readonly (readonly [name: string, send: (client: RawClient) => unknown])[] = [
  [
    'a size below the header',
    (client) => client.sendBytes(frameBytes(CALL, undefined, { size: 15 })),
  ],
  [
    'a size beyond the limit',
    (client) => client.sendBytes(frameBytes(CALL, undefined, { size: 2 ** 20 + 17 })),
  ],
  ['a type that is no request', (client) => client.sendBytes(frameBytes(99))],
  ['a reply', (client) => client.sendBytes(frameBytes(CALL | REPLY))],
  ['a greeting', (client) => client.sendBytes(frameBytes(0))],
  ['a read of a descriptor', (client) => client.sendBytes(frameBytes(16))],
  [
    'descriptors that did not come',
    (client) => client.sendBytes(frameBytes(CALL, undefined, { descriptors: 1 })),
  ],
  [
    'half a frame and the end',
    (client) => {
      client.sendBytes(frameBytes(CALL, new Uint8Array(100)).subarray(0, 50));
      client.stream.shutdown();
    },
  ],
  [
    'the end of its sending alone',
    (client) => {
      client.stream.shutdown();
    },
  ],
];

function withFiles(count: number, run: (fds: number[]) => void): void {
  const fds = Array.from({ length: count }, () => openSync('/dev/null', 'r'));
  try {
    run(fds);
  } finally {
    fds.forEach((fd) => {
      closeSync(fd);
    });
  }
}

/** Has a server answer until its replies do not fit into the socket any more. */
async function fill(send: () => number): Promise<void> {
  for (let count = 0; count < 120; count++) {
    expect(send()).to.be.greaterThan(0);
    if (count % 10 === 0) {
      await turns(1);
    }
  }
  await turns();
}

describe('ControlServer and a hostile client (own rule: everything from a client is hostile until checked)', () => {
  for (const [name, send] of ends) {
    it(`control socket hostile: ${name} ends the connection, and no other one`, async () => {
      await using served = new Served();
      using other = await RawClient.greeted(served.path);
      using client = await RawClient.greeted(served.path);
      send(client);
      await client.end();
      await eventually(() => served.plane.files[1]?.closes === 1);
      expect(served.plane.files.map(({ closes, calls }) => [closes, calls.length])).to.deep.equal([
        [0, 0],
        [1, 0],
      ]);
      other.send(CALL, Uint8Array.of(1));
      expect((await other.frame()).type).to.equal(CALL | REPLY);
    });
  }

  it('control socket hostile: descriptors that a frame does not tell of end the connection, closed', async () => {
    await using served = new Served();
    using client = await RawClient.greeted(served.path);
    withFiles(2, (fds) => client.sendBytes(frameBytes(CALL, undefined, { descriptors: 1 }), fds));
    await client.end();
  });

  it('control socket hostile: more descriptors than the limit end the connection, closed', async () => {
    await using served = new Served({ limits: { maxDescriptors: 2 } });
    using client = await RawClient.greeted(served.path);
    withFiles(3, (fds) => client.sendBytes(frameBytes(CALL, undefined, { descriptors: 3 }), fds));
    await client.end();
    expect(served.plane.files[0]?.calls).to.deep.equal([]);
  });

  it('control socket hostile: descriptors on each piece of one frame do not pile up', async () => {
    await using served = new Served({ limits: { maxDescriptors: 4 } });
    using client = await RawClient.greeted(served.path);
    const frame = frameBytes(CALL, new Uint8Array(100), { descriptors: 4 });
    for (let at = 0; at < 20; at++) {
      withFiles(1, (fds) => client.sendBytes(frame.subarray(at, at + 1), fds));
    }
    await client.end();
  });

  it('control socket hostile: its own end, sent to the server, does not keep it connected', async () => {
    await using served = new Served();
    {
      using client = await RawClient.greeted(served.path);
      client.send(CALL, Uint8Array.of(1), {}, [client.stream.fd]);
      const { errno } = await client.frame();
      expect(errno).to.equal(9);
      expect(served.plane.files[0]?.calls).to.deep.equal([]);
      client.sendBytes(frameBytes(CALL, undefined, { descriptors: 1, size: 100 }), [
        client.stream.fd,
      ]);
      await turns();
    }
    await eventually(() => served.plane.files[0]?.closes === 1);
  });

  it('control socket hostile: a socket of a stranger is refused with EBADF, and files are not', async () => {
    await using served = new Served();
    let received: readonly unknown[] = [];
    served.plane.onCall = (_, descriptors) => {
      received = descriptors;
      return plain();
    };
    using client = await RawClient.greeted(served.path);
    const [one, two] = UnixStream.pair();
    client.send(CALL, Uint8Array.of(1), {}, [one.fd]);
    expect((await client.frame()).errno).to.equal(9);
    one[Symbol.dispose]();
    two[Symbol.dispose]();
    withFiles(2, (fds) => {
      client.send(CALL, Uint8Array.of(1), {}, fds);
    });
    expect((await client.frame()).errno).to.equal(0);
    expect(received.length).to.equal(2);
    expect(received.every((fd) => typeof fd === 'number' && fd > 2)).to.equal(true);
  });

  it('control socket hostile: byte by byte is a message as well', async () => {
    await using served = new Served();
    using client = await RawClient.greeted(served.path);
    for (const byte of frameBytes(CALL, Uint8Array.of(1, 2, 3))) {
      client.sendBytes(Uint8Array.of(byte));
      await turns(1);
    }
    expect([...(await client.frame()).payload]).to.deep.equal([1, 2, 3]);
  });

  it('control socket slow client: who sends more than a message while a call is held is ended', async () => {
    await using served = new Served({ limits: { maxMessage: 4096 } });
    let answer: () => void = () => undefined;
    served.plane.onCall = () =>
      new Promise((resolve) => {
        answer = () => {
          resolve(plain());
        };
      });
    using client = await RawClient.greeted(served.path);
    client.send(CALL, Uint8Array.of(0));
    await eventually(() => served.plane.files[0]?.calls.length === 1);
    client.send(CALL, new Uint8Array(4000));
    await turns();
    expect(served.server.clients).to.equal(1);
    client.send(CALL, new Uint8Array(4000));
    await client.end();
    expect([served.plane.files[0]?.closes, served.plane.files[0]?.calls.length]).to.deep.equal([
      1, 1,
    ]);
    answer();
  });

  it('control socket hostile: behind replies that it does not read, its own end does not keep it connected', async () => {
    await using served = new Served();
    served.plane.onCall = () => ({ bytes: new Uint8Array(4096), descriptors: [] });
    {
      using client = await RawClient.greeted(served.path);
      await fill(() => client.sendBytes(frameBytes(CALL)));
      expect(
        client.sendBytes(frameBytes(CALL, undefined, { descriptors: 1 }), [client.stream.fd]),
      ).to.be.greaterThan(0);
    }
    await eventually(() => served.server.clients === 0 && served.plane.files[0]?.closes === 1);
  });

  it('control socket hostile: behind a held call and a file, its own end does not keep it connected', async () => {
    await using served = new Served();
    let answer: () => void = () => undefined;
    served.plane.onCall = () =>
      new Promise((resolve) => {
        answer = () => {
          resolve(plain());
        };
      });
    {
      using client = await RawClient.greeted(served.path);
      client.send(CALL);
      await eventually(() => served.plane.files[0]?.calls.length === 1);
      withFiles(1, (fds) => {
        client.send(CALL, undefined, {}, fds);
      });
      await turns();
      client.send(CALL, undefined, {}, [client.stream.fd]);
    }
    await eventually(() => served.server.clients === 0 && served.plane.files[0]?.closes === 1);
    answer();
  });

  it('control socket order: descriptors of several requests that come while one is held stay with theirs', async () => {
    await using served = new Served({ limits: { maxDescriptors: 4 } });
    const counts: number[] = [];
    let answer: () => void = () => undefined;
    served.plane.onCall = (_, descriptors) => {
      counts.push(descriptors.length);
      return counts.length > 1
        ? plain()
        : new Promise((resolve) => {
            answer = () => {
              resolve(plain());
            };
          });
    };
    using client = await RawClient.greeted(served.path);
    client.send(CALL);
    await eventually(() => counts.length === 1);
    for (const count of [1, 0, 2, 1]) {
      withFiles(count, (fds) => {
        client.send(CALL, undefined, {}, fds);
      });
    }
    await turns();
    answer();
    await eventually(() => counts.length === 5);
    expect(counts).to.deep.equal([0, 1, 0, 2, 1]);
  });

  it('control socket slow client: who asks on and reads nothing is ended beyond maxUnread, and no other one', async () => {
    await using served = new Served({ limits: { maxMessage: 4096, maxUnread: 100_000 } });
    served.plane.onCall = () => ({ bytes: new Uint8Array(4096), descriptors: [] });
    using other = await RawClient.greeted(served.path);
    using client = await RawClient.greeted(served.path);
    let asked = 0;
    try {
      for (let idle = 0; idle < 200 && asked < 10_000; idle++) {
        while (client.sendBytes(frameBytes(CALL, new Uint8Array(100))) > 0) {
          asked++;
        }
        await turns(1);
      }
    } catch {
      // The server has ended the connection.
    }
    await eventually(() => served.server.clients === 1);
    // What sockets take, what may wait, and nothing more.
    expect(served.plane.files[1]?.calls.length).to.be.lessThan(200);
    other.send(CALL, Uint8Array.of(1));
    expect((await other.frame()).errno).to.equal(0);
  });

  it('control descriptor hostile: behind replies that nobody reads, its own end does not keep its object', async () => {
    const object = new FakeObject();
    object.onIoctl = () => new Uint8Array(4096);
    await using served = serving([object]);
    const { main, raw } = await rawDescriptor(served.path);
    using _ = main;
    await fill(() => raw.sendBytes(frameBytes(IOCTL, words(0, 0))));
    raw.sendBytes(frameBytes(IOCTL, words(0, 0), { descriptors: 1 }), [raw.stream.fd]);
    raw[Symbol.dispose]();
    await eventually(() => object.closes === 1 && served.server.descriptors === 0);
  });

  it('control socket hostile: whatever bytes come, nothing is left and others are served', async () => {
    await using served = new Served({ limits: { maxClients: 4096 } });
    using other = await RawClient.greeted(served.path);
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc
        .tuple(
          fc.constantFrom(0, CALL, CLOSE, 16, 17, 18, 19, CALL | REPLY, 0xffff),
          fc.uint8Array({ maxLength: 40 }),
          fc.record({
            id: fc.nat(),
            descriptors: fc.constantFrom(0, 0, 0, 1, 253, 65_535),
            size: fc.option(fc.constantFrom(0, 15, 16, 17, 4096, 2 ** 20 + 16, 0xffff_ffff), {
              nil: undefined,
            }),
          }),
        )
        .map(([type, payload, { size, ...header }]) =>
          frameBytes(type, payload, { ...header, ...(size !== undefined && { size }) }),
        ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async (pieces) => {
        const before = served.plane.files.length;
        {
          using client = await RawClient.greeted(served.path);
          try {
            pieces.filter(({ length }) => length > 0).forEach((bytes) => client.sendBytes(bytes));
          } catch {
            // The server has ended the connection already.
          }
          await turns(2);
        }
        await eventually(() => served.plane.files[before]?.closes === 1);
        other.send(CALL, Uint8Array.of(9));
        expect([...(await other.frame()).payload]).to.deep.equal([9]);
      }),
      { seed: 20261121, numRuns: 150 },
    );
    await eventually(() => served.server.clients === 1);
  });
});
