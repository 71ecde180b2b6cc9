import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { QuiesceCause } from '@mdevkit/core';
import { SharedMemory } from '@mdevkit/linux';
import {
  VFIO_DEVICE_FEATURE_DMA_LOGGING_START,
  VFIO_DEVICE_FEATURE_SET,
  VFIO_USER_DEVICE_FEATURE,
  VFIO_USER_DMA_MAP,
  VFIO_USER_DMA_UNMAP,
} from '@mdevkit/uapi';
import {
  DEADLINE_MS,
  openDescriptors,
  openSession,
  settled,
  type SessionBench,
} from '../commands/session.test-support.js';
import { fields } from '../raw-client.test-support.js';

const DIRTY = 1;
const ALL = 2;

async function map(bench: SessionBench, iova: number, fds: readonly number[] = []): Promise<void> {
  await bench.ask(VFIO_USER_DMA_MAP, fields(32, 3, 0n, BigInt(iova), 0x4000n), fds);
}

function unmapPayload(
  iova: number | bigint,
  size: number | bigint,
  { flags = 0, argsz = 24 }: { readonly flags?: number; readonly argsz?: number } = {},
): Uint8Array {
  return fields(argsz, flags, BigInt(iova), BigInt(size));
}

function unmap(bench: SessionBench, payload: Uint8Array): Promise<string> {
  return bench.outcome(VFIO_USER_DMA_UNMAP, payload);
}

describe('DMA_UNMAP (vfio-user specification, VFIO_USER_DMA_UNMAP)', () => {
  it('unmap echo: the reply repeats the 24 bytes, which rust-vmm waits for', async () => {
    await using bench = await openSession();
    await map(bench, 0x1_0000);
    const payload = unmapPayload(0x1_0000, 0x4000);
    expect((await bench.ask(VFIO_USER_DMA_UNMAP, payload)).payload).to.deep.equal(payload);
    expect(bench.session.maps.size).to.equal(0);
  });

  it('unmap exact: any other range is ENOENT, and nothing goes', async () => {
    await using bench = await openSession();
    await map(bench, 0x1_0000);
    const ranges: readonly (readonly [number | bigint, number | bigint])[] = [
      [0, 0x4000],
      [0x1_0000, 0x2000],
      [0x1_0000, 0x8000],
      [0x1_1000, 0x3000],
      [0, 2n ** 64n - 1n],
      [0, 0],
    ];
    for (const [iova, size] of ranges) {
      expect(await unmap(bench, unmapPayload(iova, size))).to.equal('ENOENT vfio-user.not-mapped');
    }
    expect(bench.session.maps.size).to.equal(1);
    expect(await unmap(bench, unmapPayload(0x1_0000, 0x4000))).to.equal('ok');
    expect(await unmap(bench, unmapPayload(0x1_0000, 0x4000))).to.equal(
      'ENOENT vfio-user.not-mapped',
    );
  });

  it('unmap high: an address beyond 2^53 is found again', async () => {
    await using bench = await openSession();
    const iova = 2n ** 64n - 0x4000n;
    await bench.ask(VFIO_USER_DMA_MAP, fields(32, 3, 0n, iova, 0x4000n));
    expect(await unmap(bench, unmapPayload(iova, 0x4000))).to.equal('ok');
  });

  it('unmap references: descriptor and mapping are gone when the reply is there, and the device faults', async () => {
    await using bench = await openSession();
    using memory = SharedMemory.create(0x4000);
    const before = openDescriptors();
    await map(bench, 0, [memory.fd]);
    const view = bench.endpoint.dma.view(0, 16, 'write');
    expect(await unmap(bench, unmapPayload(0, 0x4000))).to.equal('ok');
    expect(openDescriptors()).to.equal(before);
    expect(() => bench.endpoint.dma.write(0, Uint8Array.of(1))).to.throw();
    // A view that a device kept shows the client's memory no more.
    view[0] = 77;
    expect(memory.view(0, 1)![0]).to.equal(0);
  });

  it('unmap argsz, unmap flags: below 24, above 1 MiB, unknown bits, ALL with the bitmap are EINVAL (libvfio-user test_dma_unmap)', async () => {
    await using bench = await openSession();
    await map(bench, 0);
    const rows: readonly (readonly [Uint8Array, string])[] = [
      [unmapPayload(0, 0x4000, { argsz: 23 }), 'EINVAL vfio-user.argsz'],
      [unmapPayload(0, 0x4000, { argsz: 2 ** 20 + 1 }), 'EINVAL vfio-user.argsz'],
      [unmapPayload(0, 0x4000, { flags: 4 }), 'EINVAL vfio-user.unmap-flags'],
      [unmapPayload(0, 0x4000, { flags: 0x8000_0000 }), 'EINVAL vfio-user.unmap-flags'],
      [unmapPayload(0, 0, { flags: ALL | DIRTY }), 'EINVAL vfio-user.unmap-flags'],
      [unmapPayload(0, 0x4000).subarray(0, 23), 'EINVAL vfio-user.payload'],
    ];
    for (const [payload, expected] of rows) {
      expect(await unmap(bench, payload)).to.equal(expected);
    }
    expect(bench.session.maps.size).to.equal(1);
  });

  it('unmap all: address and size must be 0, then every map goes, and it may be repeated', async () => {
    await using bench = await openSession();
    using memory = SharedMemory.create(0x4000);
    const before = openDescriptors();
    await map(bench, 0, [memory.fd]);
    await map(bench, 0x1_0000);
    await map(bench, 0x2_0000, [memory.fd]);
    for (const [iova, size] of [
      [0, 0x4000],
      [0x1000, 0],
    ] as const) {
      expect(await unmap(bench, unmapPayload(iova, size, { flags: ALL }))).to.equal(
        'EINVAL vfio-user.unmap-all',
      );
    }
    const payload = unmapPayload(0, 0, { flags: ALL });
    for (let i = 0; i < 2; i++) {
      expect((await bench.ask(VFIO_USER_DMA_UNMAP, payload)).payload).to.deep.equal(payload);
      expect(bench.session.maps.size).to.equal(0);
      expect(bench.endpoint.dmaPlane.space.mapCount).to.equal(0);
    }
    expect(openDescriptors()).to.equal(before);
  });
});

describe('DMA_UNMAP with the dirty bitmap (vfio-user specification, VFIO bitmap format)', () => {
  const START = VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_DMA_LOGGING_START;

  async function logging(bench: SessionBench): Promise<void> {
    await bench.ask(VFIO_USER_DEVICE_FEATURE, fields(24, START, 0x1000n, 0, 0));
  }

  function dirtyPayload(pageSize: bigint, bytes: bigint, argsz = 40 + Number(bytes)): Uint8Array {
    return fields(argsz, DIRTY, 0n, 0x4000n, pageSize, bytes);
  }

  it('unmap bitmap: a bit for each page that the device wrote, zeros behind, and the map is gone', async () => {
    await using bench = await openSession();
    using memory = SharedMemory.create(0x4000);
    await map(bench, 0, [memory.fd]);
    await logging(bench);
    bench.endpoint.dma.write(0x1fff, Uint8Array.of(1, 2));
    const { payload } = await bench.ask(VFIO_USER_DMA_UNMAP, dirtyPayload(0x1000n, 16n, 0x1000));
    expect(payload).to.deep.equal(fields(56, DIRTY, 0n, 0x4000n, 0x1000n, 16n, 0b0110n, 0n));
    expect(bench.session.maps.size).to.equal(0);
  });

  it('unmap bitmap refused: no log, a bitmap too small or too large, a short payload: EINVAL, and the map stays', async () => {
    await using bench = await openSession();
    await map(bench, 0);
    expect(await unmap(bench, dirtyPayload(0x1000n, 8n))).to.equal('EINVAL dirty.off');
    await logging(bench);
    const rows: readonly (readonly [Uint8Array, string])[] = [
      [dirtyPayload(0x1000n, 0n), 'EINVAL dirty.bitmap'],
      [dirtyPayload(0n, 8n), 'EINVAL dirty.page-size'],
      [dirtyPayload(0x1800n, 8n), 'EINVAL dirty.page-size'],
      [dirtyPayload(2n ** 64n - 1n, 8n), 'EINVAL dirty.page-size'],
      [dirtyPayload(0x1000n, 8n, 47), 'EINVAL vfio-user.bitmap'],
      [dirtyPayload(0x1000n, 2n ** 20n, 2 ** 20), 'EINVAL vfio-user.bitmap'],
      [dirtyPayload(0x1000n, 2n ** 64n - 1n, 2 ** 20), 'EINVAL vfio-user.bitmap'],
      [unmapPayload(0, 0x4000, { flags: DIRTY, argsz: 48 }), 'EINVAL vfio-user.payload'],
    ];
    for (const [payload, expected] of rows) {
      expect(await unmap(bench, payload)).to.equal(expected);
    }
    expect(bench.session.maps.size).to.equal(1);
    await bench.endpoint.dma.store(0, Uint8Array.of(1));
    expect(bench.dma.memory[0], 'the memory of a refused unmap goes on').to.equal(1);
  });

  it('unmap bitmap limit: more than max_bitmap_size is EINVAL, however much room there is', async () => {
    await using bench = await openSession({ limits: { maxBitmapSize: 64 } });
    await map(bench, 0);
    await logging(bench);
    expect(await unmap(bench, dirtyPayload(0x1000n, 65n))).to.equal('EINVAL vfio-user.bitmap');
    expect(await unmap(bench, dirtyPayload(0x1000n, 64n))).to.equal('ok');
  });
});

/** A model that is quiet at once, unless `holds`: then when `quiet` is called. */
class Quiet {
  holds = false;
  quiet = (): void => undefined;

  readonly model = {
    quiesce: (): void | Promise<void> =>
      this.holds ? new Promise<void>((resolve) => (this.quiet = resolve)) : undefined,
  };
}

describe('the device is quiet while maps change (vfio-user specification, VFIO_USER_DMA_UNMAP: in-flight DMA)', () => {
  it('quiet: the model is asked before, and goes on after, a map and an unmap', async () => {
    const calls: string[] = [];
    await using bench = await openSession({
      model: {
        quiesce: (why: QuiesceCause) => {
          calls.push(`${why} at ${bench.session.maps.size}`);
        },
        resume: () => void calls.push(`resume at ${bench.session.maps.size}`),
      },
    });
    await map(bench, 0);
    expect(await unmap(bench, unmapPayload(0, 0x4000))).to.equal('ok');
    expect(calls).to.deep.equal(['map at 0', 'resume at 1', 'unmap at 1', 'resume at 0']);
  });

  it('quiet later: the reply waits for a model that takes its time', async () => {
    let quiet = (): void => undefined;
    await using bench = await openSession({
      model: { quiesce: () => new Promise<void>((resolve) => (quiet = resolve)) },
    });
    let done = false;
    const mapping = map(bench, 0).then(() => (done = true));
    await settled();
    expect([done, bench.session.maps.size]).to.deep.equal([false, 0]);
    quiet();
    await mapping;
    expect(bench.session.maps.size).to.equal(1);
    const unmapping = unmap(bench, unmapPayload(0, 0x4000));
    await settled();
    quiet();
    expect(await unmapping).to.equal('ok');
  });

  it('unmap late: the same map again waits for an unmap whose client has lost patience, and stays (own rule)', async () => {
    const device = new Quiet();
    await using bench = await openSession(device);
    using memory = SharedMemory.create(0x4000);
    await map(bench, 0, [memory.fd]);
    await map(bench, 0x4000);
    device.holds = true;
    const unmapping = unmap(bench, unmapPayload(0, 0x4000));
    const again = unmap(bench, unmapPayload(0, 0x4000));
    let mapped = false;
    const mapping = map(bench, 0, [memory.fd]).then(() => (mapped = true));
    await settled();
    expect([mapped, bench.session.maps.size]).to.deep.equal([false, 2]);
    device.quiet();
    expect([await unmapping, await again]).to.deep.equal(['ok', 'ok']);
    await mapping;
    expect(bench.session.maps.size).to.equal(2);
    memory.write(0, Uint8Array.of(7));
    const into = new Uint8Array(1);
    bench.endpoint.dma.read(0, into);
    expect(into[0]).to.equal(7);
    device.holds = false;
    expect(await unmap(bench, unmapPayload(0, 0x4000))).to.equal('ok');
  });

  it('unmap late: all go with an unmap of all, although one of them went before it (own rule)', async () => {
    const device = new Quiet();
    await using bench = await openSession(device);
    await map(bench, 0);
    await map(bench, 0x4000);
    device.holds = true;
    const unmapping = unmap(bench, unmapPayload(0, 0x4000));
    const all = unmap(bench, unmapPayload(0, 0, { flags: ALL }));
    await settled();
    device.quiet();
    expect([await unmapping, await all]).to.deep.equal(['ok', 'ok']);
    expect(bench.session.maps.size).to.equal(0);
    device.holds = false;
  });

  it('quiet never: a map is refused and its memory closed; an unmap is carried out all the same', async () => {
    let answers = true;
    await using bench = await openSession({
      model: { quiesce: () => (answers ? undefined : new Promise<void>(() => undefined)) },
    });
    using memory = SharedMemory.create(0x4000);
    await map(bench, 0, [memory.fd]);
    answers = false;
    const unmapping = unmap(bench, unmapPayload(0, 0x4000));
    await settled();
    bench.clock.advance(DEADLINE_MS);
    expect(await unmapping).to.equal('ok');
    expect(bench.session.maps.size).to.equal(0);
    const before = openDescriptors();
    const payload = fields(32, 3, 0n, 0n, 0x4000n);
    const mapping = bench.outcome(VFIO_USER_DMA_MAP, payload, [memory.fd]);
    await settled();
    bench.clock.advance(DEADLINE_MS);
    expect(await mapping).to.match(/^(ETIMEDOUT|EIO) /);
    expect(openDescriptors()).to.equal(before);
    answers = true;
  });

  it('quiet by messages: DMA that the client cannot answer now fails, so that the model becomes quiet', async () => {
    let working: Promise<unknown> = Promise.resolve();
    let failed = '';
    await using bench = await openSession({
      model: {
        quiesce: async (why) => {
          if (why === 'unmap') {
            await working;
          }
        },
      },
    });
    await map(bench, 0);
    bench.dma.held = true;
    const into = new Uint8Array(4);
    working = bench.endpoint.dma.fetch(0, into).catch((error: unknown) => {
      failed = (error as Error).name;
    });
    expect(await unmap(bench, unmapPayload(0, 0x4000))).to.equal('ok');
    expect(failed).to.equal('MdevError');
    bench.dma.memory.fill(9);
    bench.dma.answer();
    await settled();
    expect([...into], 'a late answer is not believed').to.deep.equal([0, 0, 0, 0]);
  });
});
