import { closeSync, openSync, readdirSync } from 'node:fs';
import { read32 } from '@mdevkit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  fields,
  message,
  versionPayload,
  type RawMessage,
} from '../server/raw-client.test-support.js';
import {
  connectFake,
  wordAt,
  type FakeHandler,
  type FakeOptions,
  type FakeServer,
} from './fake-server.test-support.js';
import { failureOf } from './failure-of.test-support.js';

const READ = 9;

async function refusal(promise: Promise<unknown>): Promise<string> {
  const { code, reason } = await failureOf(promise);
  return `${code} ${reason}`;
}

/** What a read makes of a handler of the server. */
async function readWith(handler: FakeHandler): Promise<string[]> {
  const { server, device } = await connectFake({ handlers: { [READ]: handler } });
  using _s = server;
  await using _d = device;
  return [
    await refusal(read32(device, 0, 0)),
    await device.info().then(
      () => 'alive',
      () => 'over',
    ),
  ];
}

const BAD = 'EPROTO vfio-user.bad-reply';

describe('a reply that the protocol does not allow (docs/interop/vfio-user.rst, VFIO-user Message)', () => {
  it('reply wrong: data of another length, or a count that lies, is EPROTO, and the next call is served', async () => {
    expect(await readWith(() => new Uint8Array(0))).to.deep.equal([BAD, 'alive']);
    expect(await readWith(({ payload }) => payload)).to.deep.equal([BAD, 'alive']);
    expect(await readWith(() => fields(0n, 0, 5, new Uint8Array(5)))).to.deep.equal([BAD, 'alive']);
    expect(await readWith(() => fields(0n, 0, 0xffff_ffff))).to.deep.equal([BAD, 'alive']);
  });

  it('reply unasked: a reply to nothing, or of another command, ends the connection', async () => {
    const toNothing = await readWith((request, server) => {
      server.reply({ ...request, id: request.id + 1 }, new Uint8Array(20));
      return undefined;
    });
    expect(toNothing).to.deep.equal([BAD, 'over']);
    const ofAnother = await readWith((request, server) => {
      server.reply({ ...request, command: 10 }, new Uint8Array(16));
      return undefined;
    });
    expect(ofAnother).to.deep.equal([BAD, 'over']);
  });

  it('reply malformed: a size that is none, a message beyond every size, or a type that is none ends the connection', async () => {
    const lies = [{ flags: 1, size: 15 }, { flags: 1, size: 0x7fff_ffff }, { flags: 2 }];
    for (const lie of lies) {
      const outcome = await readWith(({ id, command }, server) => {
        server.raw.sendBytes(message(id, command, new Uint8Array(20), lie));
        return undefined;
      });
      expect(outcome, JSON.stringify(lie)).to.deep.equal([BAD, 'over']);
    }
  });

  it('reply descriptors: descriptors that nobody asked for are closed', async () => {
    const fd = openSync('/dev/null', 'r');
    const { server, device } = await connectFake({
      handlers: {
        [READ]: (request, fake) => {
          fake.reply(request, fields(request.payload, 7), { fds: [fd, fd] });
          return undefined;
        },
      },
    });
    using _s = server;
    await using _d = device;
    await device.regionInfo(0);
    const before = readdirSync('/proc/self/fd').length;
    for (let i = 0; i < 10; i++) {
      expect(await read32(device, 0, 0)).to.equal(7);
    }
    server.on(READ, ({ payload }) => fields(payload, 7));
    expect(await read32(device, 0, 0)).to.equal(7);
    expect(readdirSync('/proc/self/fd')).to.have.lengthOf(before);
    closeSync(fd);
  });

  it('numbers of regions and interrupts are what the server says, and cost nothing', async () => {
    const { server, device } = await connectFake({
      handlers: { 4: () => fields(16, 2, 0xffff_ffff, 0xffff_ffff) },
    });
    using _s = server;
    await using _d = device;
    expect(await device.info()).to.deep.equal({
      flags: 2,
      numRegions: 0xffff_ffff,
      numIrqs: 0xffff_ffff,
    });
  });

  it('info wrong: infos that are cut, of another index, too large or without end are EPROTO', async () => {
    const region = (...words: readonly (number | bigint)[]): FakeOptions => ({
      handlers: { 5: () => fields(...words) },
    });
    const cases: readonly FakeOptions[] = [
      region(32, 3, 0),
      region(32, 3, 1, 0, 64n, 0n),
      region(32, 3, 0, 0, 2n ** 63n, 0n),
      region(0xffff_ffff, 3, 0, 0, 64n, 0n),
      { handlers: { 5: ({ payload }) => fields(2 * wordAt(payload, 0), 3, 0, 0, 64n, 0n) } },
      region(48, 3, 0, 0, 64n, 0n),
      region(32, 11, 0, 31, 64n, 0n),
    ];
    for (const [i, options] of cases.entries()) {
      const { server, device } = await connectFake(options);
      using _s = server;
      await using _d = device;
      expect(await refusal(device.regionInfo(0)), String(i)).to.equal(BAD);
      expect(await refusal(read32(device, 0, 0)), String(i)).to.equal(BAD);
    }
    const { server, device } = await connectFake({ handlers: { 7: () => fields(16, 1, 5, 4) } });
    using _s = server;
    await using _d = device;
    expect(await refusal(device.irqInfo(0))).to.equal(BAD);
    server.on(7, () => fields(16));
    expect(await refusal(device.irqInfo(0))).to.equal(BAD);
  });

  it('connect fails: answers to VERSION and GET_INFO that are none let connect fail, and nothing stays', async () => {
    const refused = async (options: FakeOptions): Promise<string> => refusal(connectFake(options));
    expect(await refused({ handlers: { 1: () => new Uint8Array(0) } })).to.match(
      /vfio-user\.version/,
    );
    expect(await refused({ capabilities: '{"capabilities":' })).to.match(/vfio-user\.version/);
    expect(
      await refused({ capabilities: { twin_socket: { supported: true, fd_index: 0 } } }),
    ).to.match(/vfio-user\.version-twin-socket/);
    expect(await refused({ handlers: { 4: () => fields(16) } })).to.equal(BAD);
  });

  it('connect fails: a twin socket that is none lets connect fail, and its descriptor is closed', async () => {
    const before = readdirSync('/proc/self/fd').length;
    const file = openSync('/dev/null', 'r');
    const handlers = {
      1: (request: RawMessage, server: FakeServer) => {
        const twin = { twin_socket: { supported: true, fd_index: 0 } };
        server.reply(request, versionPayload(twin), { fds: [file] });
        return undefined;
      },
    };
    expect(await refusal(connectFake({ handlers }))).to.equal(BAD);
    closeSync(file);
    expect(readdirSync('/proc/self/fd').length).to.equal(before);
  });

  it('reply hostile: whatever bytes come instead of a reply, the call ends and nothing is left (own rule)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.boolean(),
        async (bytes, withHeader) => {
          const { server, device } = await connectFake({
            handlers: {
              [READ]: ({ id, command }, fake) => {
                fake.raw.sendBytes(withHeader ? message(id, command, bytes, { flags: 1 }) : bytes);
                fake.raw.stream.shutdown();
                return undefined;
              },
            },
          });
          using _s = server;
          await using _d = device;
          const outcome = await read32(device, 0, 0).then(
            () => 'read',
            (error: unknown) => String(error),
          );
          expect(outcome).to.match(
            /^read$|EPROTO|ENODEV|EIO|E[A-Z]+ vfio-user\.remote|region\.range/,
          );
        },
      ),
      { seed: 20261121, numRuns: 100 },
    );
  });
});
