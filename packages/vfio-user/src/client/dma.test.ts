import { closeSync } from 'node:fs';
import { BufferMemory, type MemoryObject } from '@mdevkit/core';
import { SharedMemory, UnixStream } from '@mdevkit/linux';
import { Errno } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  fields,
  RawClient,
  versionPayload,
  type RawMessage,
} from '../server/raw-client.test-support.js';
import {
  connectFake,
  wordAt,
  type FakeOptions,
  type FakeServer,
  refusing,
} from './fake-server.test-support.js';
import { failureOf } from './failure-of.test-support.js';
import type { VfioUserDevice } from './vfio-user-device.js';

const MAP = 2;
const UNMAP = 3;
const DMA_READ = 11;
const DMA_WRITE = 12;
const PAGE = 4096;

async function withFake(
  run: (device: VfioUserDevice, server: FakeServer) => Promise<void>,
  options?: FakeOptions,
): Promise<void> {
  const { server, device } = await connectFake(options);
  using _s = server;
  await using _d = device;
  await run(device, server);
}

/** The errno of an answer, 0 for one without an error. */
function errnoOf({ flags, errno }: RawMessage): number {
  return (flags & 0x20) === 0 ? 0 : errno;
}

function commands(server: FakeServer, command: number): readonly RawMessage[] {
  return server.seen.filter((message) => message.command === command);
}

describe('DMA maps of the client (docs/interop/vfio-user.rst, VFIO_USER_DMA_MAP, VFIO_USER_DMA_UNMAP)', () => {
  it('lend descriptor: memory that has a descriptor goes over with it', () =>
    withFake(async (device, server) => {
      using memory = SharedMemory.create(4 * PAGE);
      await device.dmaMap({ iova: 0x10000, memory, offset: PAGE, size: 2 * PAGE, write: false });
      const [map] = commands(server, MAP);
      expect(map?.payload).to.deep.equal(fields(32, 1, 4096n, 0x10000n, 8192n));
      expect(map?.fds).to.have.lengthOf(1);
      memory.bytes?.fill(7);
      using seen = SharedMemory.from(map?.fds[0] ?? -1);
      expect(seen.bytes?.[0]).to.equal(7);
      closeSync(map?.fds[0] ?? -1);
    }));

  it('lend descriptor: a part of a descriptor goes with where it begins; memory without one is asked for by messages', () =>
    withFake(async (device, server) => {
      using whole = SharedMemory.create(4 * PAGE);
      using part = SharedMemory.from(whole.fd, { offset: PAGE });
      const bytes = new Uint8Array(PAGE).fill(5, 8, 12);
      await device.dmaMap({ iova: 0, memory: part, offset: PAGE, size: PAGE });
      await device.dmaMap({ iova: 0x10000, memory: bytes });
      const maps = commands(server, MAP);
      expect(maps.map(({ fds }) => fds.length)).to.deep.equal([1, 0]);
      expect(maps[0]?.payload).to.deep.equal(fields(32, 3, BigInt(2 * PAGE), 0n, BigInt(PAGE)));
      maps[0]?.fds.forEach((fd) => {
        closeSync(fd);
      });
      const answer = await server.ask(DMA_READ, fields(0x10008n, 4n));
      expect(answer.payload).to.deep.equal(fields(0x10008n, 4n, Uint8Array.of(5, 5, 5, 5)));
    }));

  it('no descriptors: a server that takes no descriptors gets none', () =>
    withFake(
      async (device, server) => {
        using memory = SharedMemory.create(PAGE);
        await device.dmaMap({ iova: 0, memory });
        expect(commands(server, MAP)[0]?.fds).to.deep.equal([]);
      },
      { capabilities: { max_msg_fds: 0 } },
    ));

  it('lend refused: what a map may not be is refused before it is sent (vfio_iommu_type1.c, vfio_dma_do_map)', () =>
    withFake(
      async (device, server) => {
        const memory = new Uint8Array(4 * PAGE);
        await device.dmaMap({ iova: 0, memory, size: PAGE });
        const reason = async (iova: number | bigint, size: number): Promise<string> =>
          (await failureOf(device.dmaMap({ iova, memory, size }))).reason;
        expect(await reason(100, PAGE)).to.equal('dma.alignment');
        expect(await reason(0, PAGE)).to.equal('dma.overlap');
        expect(await reason(PAGE, 5 * PAGE)).to.equal('dma.memory');
        expect(await reason(2n ** 64n, PAGE)).to.equal('dma.overflow');
        await device.dmaMap({ iova: PAGE, memory, size: PAGE });
        expect(await reason(2 * PAGE, PAGE)).to.equal('dma.limit');
        expect(commands(server, MAP)).to.have.lengthOf(2);
      },
      { capabilities: { max_dma_maps: 2 } },
    ));

  it('lend refused: what the server refuses is not mapped', () =>
    withFake(async (device, server) => {
      server.on(MAP, refusing(Errno.ENOSPC));
      const error = await failureOf(device.dmaMap({ iova: 0, memory: new Uint8Array(PAGE) }));
      expect([error.code, error.reason]).to.deep.equal(['ENOSPC', 'vfio-user.remote']);
      expect(errnoOf(await server.ask(DMA_READ, fields(0n, 4n)))).to.equal(Errno.ENODEV);
      expect(await device.dmaUnmap(0, PAGE)).to.equal(0);
    }));

  it('take back: one unmap takes away every map inside, each with its exact range, and none that it would cut (vfio_dma_do_unmap)', () =>
    withFake(async (device, server) => {
      const memory = new Uint8Array(4 * PAGE);
      await device.dmaMap({ iova: PAGE, memory, size: PAGE });
      await device.dmaMap({ iova: 2 * PAGE, memory, size: 2 * PAGE });
      const cut = await failureOf(device.dmaUnmap(PAGE, 2 * PAGE));
      expect([cut.code, cut.reason]).to.deep.equal(['EINVAL', 'dma.cut']);
      expect((await failureOf(device.dmaUnmap(0, 100))).reason).to.equal('dma.alignment');
      expect((await failureOf(device.dmaUnmap(0, 0))).reason).to.equal('dma.size');
      expect(await device.dmaUnmap(0x100000, PAGE)).to.equal(0);
      expect(commands(server, UNMAP)).to.have.lengthOf(0);
      expect(await device.dmaUnmap(0, 16 * PAGE)).to.equal(3 * PAGE);
      expect(commands(server, UNMAP).map(({ payload }) => payload)).to.deep.equal([
        fields(24, 0, 4096n, 4096n),
        fields(24, 0, 8192n, 8192n),
      ]);
      expect(await device.dmaUnmap(0n, 16 * PAGE)).to.equal(0);
    }));

  it('take back refused: a map that the server keeps stays mapped', () =>
    withFake(async (device, server) => {
      const memory = Uint8Array.from({ length: PAGE }, () => 3);
      await device.dmaMap({ iova: 0, memory, write: false });
      server.on(UNMAP, refusing(Errno.EBUSY));
      expect((await failureOf(device.dmaUnmap(0, PAGE))).code).to.equal('EBUSY');
      const answer = await server.ask(DMA_READ, fields(0n, 1n));
      expect(answer.payload).to.deep.equal(fields(0n, 1n, Uint8Array.of(3)));
      expect(errnoOf(await server.ask(DMA_WRITE, fields(0n, 1n, Uint8Array.of(1))))).to.equal(
        Errno.EPERM,
      );
    }));
});

describe('DMA messages of the server (docs/interop/vfio-user.rst, VFIO_USER_DMA_READ, VFIO_USER_DMA_WRITE)', () => {
  it('serve dma: are answered out of the maps, also across two of them and while a command of ours waits', () =>
    withFake(async (device, server) => {
      const [low, high] = [new Uint8Array(PAGE), new Uint8Array(PAGE)];
      await device.dmaMap({ iova: 2 ** 40, memory: low });
      await device.dmaMap({ iova: 2 ** 40 + PAGE, memory: high });
      server.on(13, () => undefined);
      const resetting = device.reset();
      const request = await server.until(() => commands(server, 13)[0]);
      const at = 2n ** 40n + 4094n;
      const data = Uint8Array.of(1, 2, 3, 4);
      expect((await server.ask(DMA_WRITE, fields(at, 4n, data))).payload).to.deep.equal(
        fields(at, 4n),
      );
      expect([...low.subarray(-2), ...high.subarray(0, 2)]).to.deep.equal([1, 2, 3, 4]);
      expect((await server.ask(DMA_READ, fields(at, 4n))).payload).to.deep.equal(
        fields(at, 4n, data),
      );
      server.reply(request, new Uint8Array(0));
      await resetting;
    }));

  it('an address of 64 bits is one', () =>
    withFake(async (device, server) => {
      const iova = 2n ** 64n - 8192n;
      const memory = Uint8Array.from({ length: PAGE }, () => 6);
      await device.dmaMap({ iova, memory });
      const answer = await server.ask(DMA_READ, fields(iova + 4095n, 1n));
      expect(answer.payload).to.deep.equal(fields(iova + 4095n, 1n, Uint8Array.of(6)));
    }));

  it('serve dma refused: are refused with the errnos that QEMU gives (hw/vfio-user/pci.c, vfio_user_dma_read)', () =>
    withFake(
      async (device, server) => {
        const failing: MemoryObject = {
          size: PAGE,
          writable: true,
          bytes: undefined,
          read: () => {
            throw new Error('broken');
          },
          write: () => undefined,
          view: () => undefined,
          pin: () => ({ [Symbol.dispose]: () => undefined }),
        };
        await device.dmaMap({
          iova: 0,
          memory: new BufferMemory(new Uint8Array(PAGE)),
          write: false,
        });
        await device.dmaMap({ iova: 0x10000, memory: failing });
        const errno = async (
          command: number,
          ...payload: readonly (bigint | Uint8Array)[]
        ): Promise<number> => errnoOf(await server.ask(command, fields(...payload)));
        expect(await errno(DMA_READ, 0n, 4097n)).to.equal(Errno.E2BIG);
        expect(await errno(DMA_READ, 0n, 2n ** 32n)).to.equal(Errno.E2BIG);
        expect(await errno(DMA_READ, 0n, 0n)).to.equal(0);
        expect(await errno(DMA_READ, 4095n, 2n)).to.equal(Errno.ENODEV);
        expect(await errno(DMA_READ, 2n ** 64n - 1n, 2n)).to.equal(Errno.ENODEV);
        expect(await errno(DMA_READ, 0x10000n, 1n)).to.equal(Errno.EFAULT);
        expect(await errno(DMA_READ, 0n)).to.equal(Errno.EINVAL);
        expect(await errno(DMA_WRITE, 0n, 1n, Uint8Array.of(1))).to.equal(Errno.EPERM);
        expect(await errno(DMA_WRITE, 0n, 2n, Uint8Array.of(1))).to.equal(Errno.E2BIG);
        expect(await errno(9, 0n, 1n)).to.equal(Errno.ENOSYS);
        const { fd } = server.raw.stream;
        const withFd = await server.ask(DMA_READ, fields(0n, 1n), { fds: [fd] });
        expect(errnoOf(withFd)).to.equal(Errno.EINVAL);
      },
      { device: { limits: { maxDataXferSize: 4096 } } },
    ));

  it('that want no answer get none, and the next one does (Header, No_reply)', () =>
    withFake(async (device, server) => {
      const memory = new Uint8Array(PAGE);
      await device.dmaMap({ iova: 0, memory });
      server.raw.send(DMA_WRITE, fields(0n, 1n, Uint8Array.of(8)), { flags: 0x10 });
      server.raw.send(DMA_READ, fields(0xdead0000n, 1n), { flags: 0x10 });
      const answer = await server.ask(DMA_READ, fields(0n, 1n));
      expect(answer.payload[16]).to.equal(8);
      expect(server.seen.filter(({ flags }) => flags !== 0)).to.have.lengthOf(1);
    }));

  it('serve dma fault: a refused access is a fault event of the client', () =>
    withFake(async (device, server) => {
      const events = device.events();
      await server.ask(DMA_WRITE, fields(0x5000n, 2n, Uint8Array.of(1, 2)));
      const { value } = await events.next();
      expect(value).to.include({
        kind: 'fault',
        iova: 0x5000n,
        length: 2,
        access: 'write',
        cause: 'unmapped',
      });
    }));

  it('memory that uses the device itself while it is asked is no harm', () =>
    withFake(async (device, server) => {
      const reads: Promise<number>[] = [];
      const memory: MemoryObject = {
        size: PAGE,
        writable: true,
        bytes: undefined,
        read: (_offset, into) => {
          reads.push(device.read(0, 0, new Uint8Array(4)));
          into.fill(0x44);
        },
        write: () => undefined,
        view: () => undefined,
        pin: () => ({ [Symbol.dispose]: () => undefined }),
      };
      await device.regionInfo(0);
      await device.dmaMap({ iova: 0, memory });
      const answer = await server.ask(DMA_READ, fields(0n, 2n));
      expect(answer.payload).to.deep.equal(fields(0n, 2n, Uint8Array.of(0x44, 0x44)));
      expect(await Promise.all(reads)).to.deep.equal([4]);
    }));
});

describe('the twin socket (docs/interop/vfio-user.rst, VFIO_USER_VERSION, twin_socket)', () => {
  it('serve dma beside: serves DMA beside the commands when the server grants it', async () => {
    const [mine, yours] = UnixStream.pair();
    using twin = new RawClient(mine);
    const { server, device } = await connectFake({
      handlers: {
        1: (request, fake) => {
          const granted = { twin_socket: { supported: true, fd_index: 0 } };
          fake.reply(request, versionPayload(granted), { fds: [yours.fd] });
          yours[Symbol.dispose]();
          return undefined;
        },
      },
    });
    using _s = server;
    await using _d = device;
    await device.dmaMap({ iova: 0, memory: Uint8Array.from({ length: PAGE }, () => 9) });
    const id = twin.send(DMA_READ, fields(0n, 1n));
    // The reply to a command comes after the client has looked at its sockets.
    let answer = twin.receive();
    while (answer === undefined) {
      await device.regionInfo(0);
      answer = twin.receive();
    }
    expect([answer.id, answer.payload[16]]).to.deep.equal([id, 9]);
    twin[Symbol.dispose]();
    expect((await device.events().next()).value?.kind).to.equal('hangup');
    expect(wordAt(answer.payload, 8)).to.equal(1);
  });

  it('twin asked for: is asked for unless the client does not want it', async () => {
    for (const twinSocket of [true, false]) {
      let text = '';
      const { server, device } = await connectFake({
        handlers: {
          1: ({ payload }) => {
            text = new TextDecoder().decode(payload.subarray(4, -1));
            return versionPayload({});
          },
        },
        device: { twinSocket },
      });
      using _s = server;
      await using _d = device;
      const { capabilities } = JSON.parse(text) as { capabilities: Record<string, unknown> };
      expect(capabilities['twin_socket']).to.deep.equal({ supported: twinSocket });
      expect(capabilities['pgsizes']).to.equal(4096);
    }
  });
});
