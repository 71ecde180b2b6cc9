import { read32, write32 } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { fields } from '../server/raw-client.test-support.js';
import { connectFake, REGION_SIZE, wordAt, refusing } from './fake-server.test-support.js';
import { failureOf } from './failure-of.test-support.js';

const READ = 9;
const WRITE = 10;

describe('region access of the client (docs/interop/vfio-user.rst, VFIO_USER_REGION_READ and _WRITE)', () => {
  it('says offset, region and count, and takes the data behind the echo', async () => {
    const { server, device } = await connectFake();
    using _s = server;
    await using _d = device;
    server.memory.set([1, 2, 3, 4], 8);
    expect(await read32(device, 0, 8)).to.equal(0x04030201);
    await write32(device, 0, 12, 0xdeadbeef);
    expect([...server.memory.subarray(8, 16)]).to.deep.equal([1, 2, 3, 4, 0xef, 0xbe, 0xad, 0xde]);
    const [, read, write] = server.seen;
    expect(read?.payload).to.deep.equal(fields(8n, 0, 4));
    expect(write?.payload).to.deep.equal(fields(12n, 0, 4, Uint8Array.of(0xef, 0xbe, 0xad, 0xde)));
  });

  it('an offset above 2^32 goes over as a whole', async () => {
    const { server, device } = await connectFake({
      handlers: {
        5: () => fields(32, 3, 0, 0, 2n ** 40n, 0n),
        [READ]: ({ payload }) => fields(payload, Uint8Array.of(7)),
      },
    });
    using _s = server;
    await using _d = device;
    const byte = new Uint8Array(1);
    await device.read(0, 2 ** 39 + 5, byte);
    expect(server.seen.at(-1)?.payload).to.deep.equal(fields(2n ** 39n + 5n, 0, 1));
    expect(byte[0]).to.equal(7);
  });

  it('pieces: is cut into pieces of what the server takes (max_data_xfer_size)', async () => {
    const capabilities = { max_data_xfer_size: 24 };
    const { server, device } = await connectFake({ capabilities });
    using _s = server;
    await using _d = device;
    const bytes = Uint8Array.from({ length: REGION_SIZE }, (_, i) => i);
    expect(await device.write(0, 0, bytes)).to.equal(REGION_SIZE);
    expect(server.memory).to.deep.equal(bytes);
    const back = new Uint8Array(REGION_SIZE);
    expect(await device.read(0, 0, back)).to.equal(REGION_SIZE);
    expect(back).to.deep.equal(bytes);
    const counts = server.seen
      .filter(({ command }) => command === READ || command === WRITE)
      .map(({ payload }) => wordAt(payload, 12));
    expect(counts).to.deep.equal([24, 24, 16, 24, 24, 16]);
  });

  it('clip: is clipped at the end of the region, where a server would refuse it (vfio_pci_rdwr.c, vfio_pci_bar_rw)', async () => {
    const { server, device } = await connectFake();
    using _s = server;
    await using _d = device;
    server.memory.fill(9);
    const into = new Uint8Array(8);
    expect(await device.read(0, REGION_SIZE - 3, into)).to.equal(3);
    expect([...into]).to.deep.equal([9, 9, 9, 0, 0, 0, 0, 0]);
    expect(await device.write(0, REGION_SIZE - 1, Uint8Array.of(1, 2))).to.equal(1);
    expect(server.memory.at(-1)).to.equal(1);
  });

  it('of no bytes is for no region in particular (vfio_pci_core.c, vfio_pci_core_read)', async () => {
    const { server, device } = await connectFake({
      handlers: { [WRITE]: ({ payload }) => payload },
    });
    using _s = server;
    await using _d = device;
    expect(await device.read(0, 0, new Uint8Array(0))).to.equal(0);
    expect(await device.write(9, 99, new Uint8Array(0))).to.equal(0);
    expect(server.seen.map(({ command }) => command)).to.deep.equal([READ, WRITE]);
  });

  it('remote errno: the errno of an error reply is that of the error, and its reason vfio-user.remote', async () => {
    const { server, device } = await connectFake();
    using _s = server;
    await using _d = device;
    for (const [errno, code] of [
      [14, 'EFAULT'],
      [0, 'EIO'],
      [4095, 'EIO'],
    ] as const) {
      server.on(READ, refusing(errno));
      const error = await failureOf(read32(device, 0, 0));
      expect([error.code, error.reason]).to.deep.equal([code, 'vfio-user.remote']);
      expect(error.details['command']).to.equal('REGION_READ');
    }
  });

  it('replies in any order: many at once come back in whatever order the server answers', async () => {
    const held: (() => void)[] = [];
    const { server, device } = await connectFake({
      handlers: {
        [READ]: (request, fake) => {
          const offset = wordAt(request.payload, 0);
          held.push(() => fake.reply(request, fields(request.payload, Uint8Array.of(offset))));
          if (held.length === 32) {
            held.reverse().forEach((answer) => {
              answer();
            });
          }
          return undefined;
        },
      },
    });
    using _s = server;
    await using _d = device;
    await device.regionInfo(0);
    const bytes = Array.from({ length: 32 }, () => new Uint8Array(1));
    await Promise.all(bytes.map((into, offset) => device.read(0, offset, into)));
    expect(bytes.map(([value]) => value)).to.deep.equal(bytes.map((_, offset) => offset));
  });

  it('requests wait: more than a server should have to keep wait in order, with the data that they had', async () => {
    const { server, device } = await connectFake();
    using _s = server;
    await using _d = device;
    await read32(device, 0, 0);
    const data = new Uint8Array(1);
    const writes = Array.from({ length: 1000 }, (_, i) => {
      data[0] = i % 251;
      return device.write(0, i % REGION_SIZE, data);
    });
    await Promise.all(writes);
    const values = server.seen.slice(2).map(({ payload }) => payload[16]);
    expect(values).to.deep.equal(Array.from({ length: 1000 }, (_, i) => i % 251));
  });
});

describe('posted writes (docs/interop/vfio-user.rst, Header, No_reply)', () => {
  it('posted writes: are not answered, and come before what is sent later', async () => {
    const { server, device } = await connectFake({ device: { postedWrites: true } });
    using _s = server;
    await using _d = device;
    await read32(device, 0, 0);
    const writes = Array.from({ length: 300 }, (_, i) => write32(device, 0, 0, i));
    await Promise.all(writes);
    expect(await read32(device, 0, 0)).to.equal(299);
    const posted = server.seen.filter(({ command }) => command === WRITE);
    expect(posted.every(({ flags }) => flags === 0x10)).to.equal(true);
  });

  it('posted writes at close: have all arrived when the device is closed', async () => {
    const { server, device } = await connectFake({ device: { postedWrites: true } });
    using _s = server;
    await read32(device, 0, 0);
    void write32(device, 0, 0, 5);
    await device.close();
    expect(server.memory[0]).to.equal(5);
  });
});
