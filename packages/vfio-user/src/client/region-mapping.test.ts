import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SharedMemory } from '@mdevkit/linux';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { fields } from '../server/raw-client.test-support.js';
import { connectFake, wordAt, type FakeOptions } from './fake-server.test-support.js';
import { failureOf } from './failure-of.test-support.js';

const PAGE = 4096;
const MAPPABLE = 7;
const CAPS = 8;

/** A server whose region has `size` bytes and begins at `offset` of a descriptor. */
function serving(fds: readonly number[], offset: bigint, size: number): FakeOptions {
  return {
    handlers: {
      5: (request, fake) => {
        const argsz = wordAt(request.payload, 0);
        const areas = [1n * BigInt(PAGE), BigInt(PAGE), 4n * BigInt(PAGE), BigInt(2 * PAGE)];
        const head = fields(80, MAPPABLE | CAPS, 0, argsz < 80 ? 0 : 32, BigInt(size), offset);
        const chain = argsz < 80 ? [] : [1 | (1 << 16), 0, 2, 0, ...areas];
        fake.reply(request, fields(head, ...chain), { fds: argsz < 80 ? [] : fds });
        return undefined;
      },
    },
  };
}

describe('mmap of a region (docs/interop/vfio-user.rst, VFIO_USER_DEVICE_GET_REGION_INFO)', () => {
  it('mapping place: finds an area at the offset of the region in the descriptor, and no byte beside the areas', async () => {
    using memory = SharedMemory.create(16 * PAGE);
    const { server, device } = await connectFake(serving([memory.fd], BigInt(8 * PAGE), 8 * PAGE));
    using _s = server;
    await using _d = device;
    memory.bytes?.fill(3, 13 * PAGE, 14 * PAGE);
    using mapping = await device.mmap(0, 5 * PAGE, PAGE);
    expect([mapping.bytes.length, mapping.bytes[0]]).to.deep.equal([PAGE, 3]);
    mapping.bytes[1] = 4;
    expect(memory.bytes?.[13 * PAGE + 1]).to.equal(4);
    for (const [offset, length] of [
      [0, PAGE],
      [PAGE, 2 * PAGE],
      [PAGE + 1, 1],
      [PAGE, 0],
      [-PAGE, PAGE],
      [PAGE, NaN],
    ] as const) {
      expect((await failureOf(device.mmap(0, offset, length))).reason).to.equal('region.mmap');
    }
    server[Symbol.dispose]();
    await failureOf(device.regionInfo(0));
    expect(() => mapping.bytes).to.throw('device.revoked');
  });

  it('mapping refused: without a descriptor it is EPROTO, and beyond its end EINVAL; nothing stays open', async () => {
    using memory = SharedMemory.create(PAGE);
    for (const [fds, reason] of [
      [[], 'vfio-user.bad-reply'],
      [[memory.fd, memory.fd], 'linux.range'],
    ] as const) {
      const { server, device } = await connectFake(serving(fds, 0n, 8 * PAGE));
      using _s = server;
      await using _d = device;
      await device.regionInfo(0);
      const before = readdirSync('/proc/self/fd').length;
      expect((await failureOf(device.mmap(0, PAGE, PAGE))).reason).to.equal(reason);
      expect(readdirSync('/proc/self/fd')).to.have.lengthOf(before);
    }
  });

  it('mapping trust: a file that can be shrunk is mapped only if the server is trusted (mmap(2), SIGBUS)', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'mdevkit-'));
    const path = join(directory, 'file');
    writeFileSync(path, '');
    truncateSync(path, 8 * PAGE);
    const fd = openSync(path, 'r+');
    try {
      const options = serving([fd], 0n, 8 * PAGE);
      const careful = await connectFake(options);
      using _c = careful.server;
      await using _d = careful.device;
      expect((await failureOf(careful.device.mmap(0, PAGE, PAGE))).reason).to.equal(
        'linux.shrinkable',
      );
      const trusting = await connectFake({ ...options, device: { memory: 'trusted' } });
      using _t = trusting.server;
      await using _e = trusting.device;
      using mapping = await trusting.device.mmap(0, PAGE, PAGE);
      expect(mapping.bytes).to.have.lengthOf(PAGE);
    } finally {
      closeSync(fd);
      rmSync(directory, { recursive: true });
    }
  });
});
