import {
  Errno,
  VFIO_USER_DEVICE_GET_INFO as GET_INFO,
  VFIO_USER_VERSION as VERSION,
} from '@mdevkit/uapi';
import { NativeBuffer, UnixStream } from '@mdevkit/linux';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { someDescriptors } from '../wire/wire.test-support.js';
import { fields, message, versionPayload, type RawMessage } from './raw-client.test-support.js';
import { microtasks, openServer } from './server-bench.test-support.js';

const QEMU = {
  pgsizes: 4096,
  max_msg_fds: 16,
  max_dma_maps: 65535,
  max_data_xfer_size: 1048576,
  migration: { max_bitmap_size: 268435456, pgsize: 4096 },
  write_multiple: true,
};

function versionOf({ payload }: RawMessage): { version: number[]; json: string } {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  const json = new TextDecoder().decode(payload.subarray(4));
  return { version: [view.getUint16(0, true), view.getUint16(2, true)], json };
}

/** What the reply to VERSION says. */
function capabilitiesOf(reply: RawMessage): unknown {
  const { json } = versionOf(reply);
  expect(json.endsWith('\0')).to.equal(true);
  return (JSON.parse(json.slice(0, -1)) as { capabilities: unknown }).capabilities;
}

describe('VERSION (docs/interop/vfio-user.rst, VFIO_USER_VERSION; libvfio-user test/py/test_negotiate.py)', () => {
  it('version reply room, kind qemu: QEMU gets an answer that fits its buffer, and is recognised (hw/vfio-user/proxy.c)', async () => {
    await using bench = await openServer();
    const client = bench.connect();
    const reply = client.negotiate(bench.pump, QEMU);
    expect([reply.flags, reply.errno, reply.fds.length]).to.deep.equal([1, 0, 0]);
    expect(versionOf(reply).version).to.deep.equal([0, 0]);
    expect(reply.payload.length + 16).to.be.at.most(214);
    expect(capabilitiesOf(reply)).to.have.all.keys(Object.keys(QEMU));
    expect(bench.server.session).to.include({ kind: 'qemu', twinSocket: false });
  });

  it('version reply room: a server that moves a single byte at a time takes the VERSION of QEMU all the same (own rule)', async () => {
    await using bench = await openServer({ limits: { maxDataXferSize: 1, maxBitmapSize: 8 } });
    const reply = bench.connect().negotiate(bench.pump, QEMU);
    expect(reply.errno).to.equal(0);
    expect(versionOf(reply).json).to.include('"max_data_xfer_size":1,');
  });

  it('version reply object: a client without capabilities gets an object of them all the same (rust-vmm/vfio vfio-user/src/lib.rs)', async () => {
    await using bench = await openServer();
    const reply = bench.connect().ask(bench.pump, VERSION, versionPayload(''));
    expect(capabilitiesOf(reply)).to.deep.equal({});
  });

  const refused: Readonly<Record<string, Uint8Array>> = {
    'a payload that is too short': new Uint8Array(3),
    'no payload': new Uint8Array(0),
    'another major version': versionPayload({}, 1),
    'JSON without a NUL': versionPayload('{}'),
    'what is no JSON': versionPayload('{\0'),
    'a number as a string': versionPayload({ max_data_xfer_size: '4096' }),
    'more descriptors than possible': versionPayload({ max_msg_fds: 1025 }),
  };
  for (const [what, payload] of Object.entries(refused)) {
    it(`version refused: ${what}: EINVAL, the connection is closed, and the next client is taken`, async () => {
      await using bench = await openServer();
      const client = bench.connect();
      client.send(VERSION, payload);
      expect(bench.pump()).to.deep.equal({ kind: 'disconnected', reason: 'protocol' });
      expect(client.expect()).to.include({ flags: 0x21, errno: Errno.EINVAL });
      expect([client.receive(), client.ended]).to.deep.equal([undefined, true]);
      await microtasks();
      const next = bench.connect();
      expect(next.negotiate(bench.pump).errno).to.equal(0);
    });
  }

  it('version first: another first command is EINVAL, and the connection is closed', async () => {
    await using bench = await openServer();
    const client = bench.connect();
    expect(client.ask(bench.pump, GET_INFO, fields(16, 0, 0, 0)).errno).to.equal(Errno.EINVAL);
    expect([client.receive(), client.ended]).to.deep.equal([undefined, true]);
  });

  it('version first: a posted VERSION is refused: nobody could go on with it (own rule)', async () => {
    await using bench = await openServer();
    const client = bench.connect();
    client.send(VERSION, versionPayload({}), { flags: 0x10 });
    expect(bench.pump().kind).to.equal('disconnected');
    expect([client.receive(), client.ended]).to.deep.equal([undefined, true]);
  });

  it('version descriptors: descriptors with it are EINVAL', async () => {
    await using bench = await openServer();
    const client = bench.connect();
    using stray = someDescriptors(1);
    const { fds } = stray;
    expect(client.ask(bench.pump, VERSION, versionPayload({}), { fds }).errno).to.equal(
      Errno.EINVAL,
    );
  });

  it('version first: an oversized header is EINVAL, and the listener survives', async () => {
    await using bench = await openServer();
    const client = bench.connect();
    client.sendBytes(message(5, VERSION, new Uint8Array(4), { size: 0x10_0021 }));
    expect(bench.pump()).to.deep.equal({ kind: 'disconnected', reason: 'protocol' });
    expect(client.expect()).to.include({ id: 5, errno: Errno.EINVAL });
  });

  it('version first: a reply as the first message is not answered, and the connection is closed', async () => {
    await using bench = await openServer();
    const client = bench.connect();
    client.send(VERSION, versionPayload({}), { flags: 1 });
    expect(bench.pump()).to.deep.equal({ kind: 'disconnected', reason: 'protocol' });
    expect([client.receive(), client.ended]).to.deep.equal([undefined, true]);
  });

  it('version once: a second VERSION is EINVAL, and the session goes on (own rule)', async () => {
    await using bench = await openServer();
    const client = bench.open();
    expect(client.ask(bench.pump, VERSION, versionPayload({})).errno).to.equal(Errno.EINVAL);
    expect(client.ask(bench.pump, GET_INFO, fields(16, 0, 0, 0)).errno).to.equal(0);
  });

  it('twin_socket: a twin socket is granted to who asks for one: one descriptor, at its index', async () => {
    await using bench = await openServer();
    const client = bench.connect();
    const reply = client.negotiate(bench.pump, {
      max_msg_fds: 8,
      twin_socket: { supported: true },
    });
    expect(reply.fds).to.have.length(1);
    expect(capabilitiesOf(reply)).to.deep.equal({
      max_msg_fds: 16,
      twin_socket: { supported: true, fd_index: 0 },
    });
    client.closeDescriptors(reply);
    expect(bench.server.session?.twinSocket).to.equal(true);
  });

  it('version unknown keys: capabilities that nobody knows are logged, and do no harm', async () => {
    await using bench = await openServer();
    bench.open({ shiny: 1 });
    expect(bench.lines.map(({ fields: { unknown } }) => unknown)).to.include('capabilities.shiny');
  });
});

describe('requests that are none (libvfio-user test/py/test_request_errors.py)', () => {
  it('message size: a size below that of a header is EINVAL, and the connection is closed: nobody knows what follows', async () => {
    await using bench = await openServer();
    const client = bench.open();
    client.sendBytes(message(6, GET_INFO, new Uint8Array(0), { size: 15 }));
    expect(bench.pump()).to.deep.equal({ kind: 'disconnected', reason: 'protocol' });
    expect(client.expect()).to.include({ id: 6, flags: 0x21, errno: Errno.EINVAL });
  });

  it('message size: a message that is too large is EINVAL, and the connection is closed', async () => {
    await using bench = await openServer();
    const client = bench.open();
    client.sendBytes(message(6, GET_INFO, new Uint8Array(0), { size: 2 ** 31 }));
    expect(bench.pump()).to.deep.equal({ kind: 'disconnected', reason: 'protocol' });
  });

  for (const [what, flags] of [
    ['a reply', 1],
    ['what wants no reply', 0x10],
  ] as const) {
    it(`no reply: ${what} is not answered either when nobody knows what follows`, async () => {
      await using bench = await openServer();
      const client = bench.open();
      client.sendBytes(message(6, GET_INFO, new Uint8Array(0), { size: 2 ** 31, flags }));
      expect(bench.pump()).to.deep.equal({ kind: 'disconnected', reason: 'protocol' });
      expect([client.receive(), client.ended]).to.deep.equal([undefined, true]);
    });
  }

  const refused: Readonly<Record<string, readonly [number, Uint8Array, number]>> = {
    'a command that does not exist': [99, new Uint8Array(16), 0],
    'number 0': [0, new Uint8Array(16), 0],
    'DIRTY_PAGES of drafts': [14, new Uint8Array(16), 0],
    'a command that only a server sends': [11, new Uint8Array(16), 0],
    'a command without its payload': [GET_INFO, new Uint8Array(0), 0],
    'a command with a part of its payload': [GET_INFO, new Uint8Array(15), 0],
    'a type that does not exist': [GET_INFO, fields(16, 0, 0, 0), 3],
  };
  for (const [what, [command, payload, flags]] of Object.entries(refused)) {
    it(`bad request: ${what} is EINVAL, and the session goes on`, async () => {
      await using bench = await openServer();
      const client = bench.open();
      const reply = client.ask(bench.pump, command, payload, { id: 77, flags });
      expect(reply).to.include({ id: 77, command, flags: 0x21, errno: Errno.EINVAL });
      expect(client.ask(bench.pump, GET_INFO, fields(16, 0, 0, 0)).errno).to.equal(0);
    });
  }

  it('stray reply: a reply that nobody waits for is logged, and not answered (own rule)', async () => {
    await using bench = await openServer();
    const client = bench.open();
    client.send(11, new Uint8Array(16), { flags: 1 });
    expect(bench.pump().kind).to.equal('idle');
    expect(client.receive()).to.equal(undefined);
    expect(bench.lines.some(({ message: line }) => line.includes('never sent'))).to.equal(true);
  });

  it('stray reply: nor is one that cannot be taken as it is (docs/interop/vfio-user.rst, Header)', async () => {
    await using bench = await openServer();
    const client = bench.open();
    using stray = someDescriptors(17);
    client.send(11, new Uint8Array(16), { flags: 1, fds: stray.fds });
    expect(bench.pump().kind).to.equal('idle');
    expect(client.receive()).to.equal(undefined);
    expect(bench.lines.map(({ fields: { problem } }) => problem)).to.include('descriptors');
    expect(client.ask(bench.pump, GET_INFO, fields(16, 0, 0, 0)).errno).to.equal(0);
  });

  it('socket descriptors: a socket is closed as it comes, and its message is EINVAL (unix(7), SCM_RIGHTS)', async () => {
    await using bench = await openServer();
    const client = bench.open();
    const [one, other] = UnixStream.pair();
    using _other = other;
    const request = message(6, 8, fields(20, 0x24, 0, 0, 1));
    client.sendBytes(request.subarray(0, 20), [one.fd]);
    one[Symbol.dispose]();
    bench.pump();
    using buffer = NativeBuffer.allocate(16);
    expect(other.receive(buffer, 0, 16), 'nobody has the other end').to.equal(0);
    client.sendBytes(request.subarray(20));
    bench.pump();
    expect(client.expect()).to.include({ id: 6, flags: 0x21, errno: Errno.EINVAL });
    expect(client.ask(bench.pump, GET_INFO, fields(16, 0, 0, 0)).errno).to.equal(0);
  });

  it('stray descriptors: descriptors of a command that takes none are closed, and it is EINVAL (test_bad_request_closes_fds)', async () => {
    await using bench = await openServer();
    const client = bench.open();
    using stray = someDescriptors(2);
    const { fds } = stray;
    const reply = client.ask(bench.pump, GET_INFO, fields(16, 0, 0, 0), { fds });
    expect(reply.errno).to.equal(Errno.EINVAL);
    const tooMany = Array.from({ length: 17 }, () => fds[0] ?? -1);
    expect(client.ask(bench.pump, 8, fields(20, 0x24, 0, 0, 17), { fds: tooMany }).errno).to.equal(
      Errno.EINVAL,
    );
    expect(client.ask(bench.pump, GET_INFO, fields(16, 0, 0, 0)).errno).to.equal(0);
  });

  it('nonsense logged: warnings about a client that sends nonsense have a limit (own rule)', async () => {
    await using bench = await openServer();
    const client = bench.open();
    for (let count = 0; count < 100; count++) {
      client.ask(bench.pump, 9, new Uint8Array(0), { flags: 7 });
    }
    const nonsense = () => bench.lines.filter(({ message: line }) => line.includes('no message'));
    expect(nonsense()).to.have.length(10);
    bench.clock.advance(10_000);
    client.ask(bench.pump, 9, new Uint8Array(0), { flags: 7 });
    expect(nonsense().at(-1)?.fields['suppressed']).to.equal(90);
  });
});
