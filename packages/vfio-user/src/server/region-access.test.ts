import { failure as coreFailure } from '@mdevkit/core';
import {
  Errno,
  VFIO_USER_REGION_READ as READ,
  VFIO_USER_REGION_WRITE as WRITE,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { someDescriptors } from '../wire/wire.test-support.js';
import { fields, readPayload, writePayload, type RawMessage } from './raw-client.test-support.js';
import {
  MEMORY,
  MEMORY_SIZE,
  openServer,
  rustVmm,
  TRAPPED,
  TRAPPED_SIZE,
} from './server-bench.test-support.js';

const SPEC = 'docs/interop/vfio-user.rst, VFIO_USER_REGION_READ, VFIO_USER_REGION_WRITE';
const NO_REPLY = 0x10;

/** Errno and payload of a reply. */
function shown({ errno, payload }: RawMessage): string {
  return `${errno}: ${Buffer.from(payload).toString('hex')}`;
}

describe(`region access (${SPEC})`, () => {
  it('access echo: a reply repeats the request, and a read has the data behind it', async () => {
    await using bench = await openServer();
    const client = bench.open();
    const write = writePayload(MEMORY, 0x1ffc, Uint8Array.of(1, 2, 3, 4));
    const written = client.ask(bench.pump, WRITE, write, { id: 0xbeef });
    expect([written.id, written.command, written.flags]).to.deep.equal([0xbeef, WRITE, 1]);
    expect(written.payload).to.deep.equal(write.slice(0, 16));
    const read = client.ask(bench.pump, READ, readPayload(MEMORY, 0x1ffc, 4), { id: 7 });
    expect([read.id, read.flags, read.errno]).to.deep.equal([7, 1, 0]);
    expect(read.payload).to.deep.equal(write);
    expect([...bench.memory.view(0x1ffc, 4)]).to.deep.equal([1, 2, 3, 4]);
  });

  it('access of nothing: 0 bytes succeed wherever they are (test_setup_region.py, test_access_region_zero_count)', async () => {
    await using bench = await openServer();
    const client = bench.open();
    const read = readPayload(MEMORY, MEMORY_SIZE + 5, 0);
    expect(client.ask(bench.pump, READ, read).payload).to.deep.equal(read);
    expect(client.ask(bench.pump, WRITE, read).payload).to.deep.equal(read);
  });

  const refused: Readonly<Record<string, readonly [number, Uint8Array]>> = {
    'a read across the end, which is not served in part': [READ, readPayload(MEMORY, 0x1ffe, 4)],
    'a read at the end': [READ, readPayload(MEMORY, MEMORY_SIZE, 1)],
    'a write across the end': [WRITE, writePayload(MEMORY, 0x1ffe, new Uint8Array(4))],
    'an offset and a count whose sum overflows': [READ, readPayload(MEMORY, 2n ** 64n - 1n, 4)],
    'an offset that no number holds': [READ, readPayload(MEMORY, 2n ** 53n, 4)],
    'an absent region': [READ, readPayload(2, 0, 4)],
    'a region that the device does not have': [WRITE, writePayload(99, 0, new Uint8Array(4))],
    'more than agreed': [READ, readPayload(MEMORY, 0, 0x10_0001)],
    'less data than the count': [WRITE, writePayload(MEMORY, 0, new Uint8Array(3), 4)],
    'more data than the count': [WRITE, writePayload(MEMORY, 0, new Uint8Array(5), 4)],
    'a short request': [READ, readPayload(MEMORY, 0, 4).slice(0, 15)],
    'a short write': [WRITE, readPayload(MEMORY, 0, 4).slice(0, 15)],
    'a read with data': [READ, writePayload(MEMORY, 0, new Uint8Array(4))],
  };
  for (const [what, [command, payload]] of Object.entries(refused)) {
    it(`access refused: ${what} is EINVAL in a bare header (libvfio-user lib/libvfio-user.c, is_valid_region_access)`, async () => {
      await using bench = await openServer();
      const client = bench.open();
      const reply = client.ask(bench.pump, command, payload);
      expect([reply.flags, reply.errno, reply.payload.length]).to.deep.equal([
        0x21,
        Errno.EINVAL,
        0,
      ]);
      expect(client.ask(bench.pump, READ, readPayload(MEMORY, 0, 4)).errno).to.equal(0);
    });
  }

  it('access in part: a short count of the device is EINVAL (libvfio-user lib/libvfio-user.c, no partial results)', async () => {
    await using bench = await openServer();
    const client = bench.open();
    bench.handler.onRead = () => 2;
    bench.handler.onWrite = () => 0;
    const read = client.ask(bench.pump, READ, readPayload(TRAPPED, 0, 4));
    expect([read.flags, read.errno]).to.deep.equal([0x21, Errno.EINVAL]);
    const write = client.ask(bench.pump, WRITE, writePayload(TRAPPED, 0, new Uint8Array(4)));
    expect(write.errno).to.equal(Errno.EINVAL);
  });

  it('error reply: an error of the device is its errno, and what is no error of the project is EIO and logged', async () => {
    await using bench = await openServer();
    const client = bench.open();
    bench.handler.onRead = () => {
      throw coreFailure('device.revoked');
    };
    expect(client.ask(bench.pump, READ, readPayload(TRAPPED, 0, 4)).errno).to.equal(Errno.ENODEV);
    bench.handler.onRead = () => {
      throw new TypeError('a mistake of the model');
    };
    expect(client.ask(bench.pump, READ, readPayload(TRAPPED, 0, 4)).errno).to.equal(Errno.EIO);
    expect(bench.lines.filter(({ level }) => level === 'error')).to.have.length(1);
  });

  it('stray descriptors: descriptors with an access are EINVAL and closed (test_request_errors.py, test_bad_request_closes_fds)', async () => {
    await using bench = await openServer();
    const client = bench.open();
    using stray = someDescriptors(1);
    const { fds } = stray;
    const reply = client.ask(bench.pump, READ, readPayload(MEMORY, 0, 4), { fds });
    expect(reply.errno).to.equal(Errno.EINVAL);
  });

  it('no reply: a posted write is carried out and never answered, and neither is one that fails', async () => {
    await using bench = await openServer();
    const client = bench.open();
    client.send(WRITE, writePayload(TRAPPED, 0, Uint8Array.of(9)), { flags: NO_REPLY });
    client.send(WRITE, writePayload(99, 0, Uint8Array.of(9)), { flags: NO_REPLY });
    client.send(READ, readPayload(TRAPPED, 0, 1), { flags: NO_REPLY });
    expect(
      [bench.pump(), bench.pump(), bench.pump(), bench.pump()].map(({ kind }) => kind),
    ).to.deep.equal(['done', 'done', 'done', 'idle']);
    expect(client.receive()).to.equal(undefined);
    expect(bench.handler.written).to.deep.equal([9]);
    expect(bench.server.session?.counters).to.include({ commands: 3, posted: 3, failed: 1 });
    const lines = bench.lines.filter(({ level }) => level === 'warn');
    expect(lines.map(({ fields: { region, errno } }) => [region, errno])).to.deep.equal([
      [99, Errno.EINVAL],
    ]);
  });

  it('order: a reply fences the posted writes before it, and all of one receive are carried out in order', async () => {
    await using bench = await openServer();
    const client = bench.open();
    for (let value = 0; value < 20; value++) {
      client.send(WRITE, writePayload(TRAPPED, value, Uint8Array.of(value)), { flags: NO_REPLY });
    }
    client.send(READ, readPayload(TRAPPED, 0, 4));
    for (let step = 0; step < 21; step++) {
      expect(bench.pump().kind).to.equal('done');
    }
    expect(bench.handler.written).to.deep.equal([...new Array(20).keys()]);
    expect([...client.expect().payload.slice(16)]).to.deep.equal([0, 1, 2, 3]);
  });

  it('access error as data: what fails is answered as data if errors are not understood (rust-vmm/vfio vfio-user/src/lib.rs, Client)', async () => {
    await using bench = await openServer();
    const client = bench.open(rustVmm, 1);
    const read = readPayload(TRAPPED, TRAPPED_SIZE, 4);
    const answer = client.ask(bench.pump, READ, read);
    expect([answer.flags, answer.errno]).to.deep.equal([1, 0]);
    expect(answer.payload).to.deep.equal(fields(read, 0xffff_ffff));
    const write = writePayload(TRAPPED, TRAPPED_SIZE, new Uint8Array(4));
    expect(shown(client.ask(bench.pump, WRITE, write))).to.equal(
      `0: ${Buffer.from(write.slice(0, 16)).toString('hex')}`,
    );
    const absurd = readPayload(TRAPPED, 0, 0xffff_ffff);
    expect(client.ask(bench.pump, READ, absurd).payload).to.deep.equal(absurd);
  });
});
