import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT as REPORT,
  VFIO_DEVICE_FEATURE_DMA_LOGGING_START as START,
  VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP as STOP,
  VFIO_DEVICE_FEATURE_GET as GET,
  VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE as STATE,
  VFIO_DEVICE_FEATURE_MIGRATION as MIGRATION,
  VFIO_DEVICE_FEATURE_PROBE as PROBE,
  VFIO_DEVICE_FEATURE_SET as SET,
  VFIO_USER_DEVICE_FEATURE,
  VFIO_USER_DMA_MAP,
} from '@mdevkit/uapi';
import { SharedMemory } from '@mdevkit/linux';
import { fields } from '../raw-client.test-support.js';
import { FakeMigration } from './migration-model.test-support.js';
import { openSession, type SessionBench } from './session.test-support.js';

const RUNNING = 2;

async function ask(bench: SessionBench, payload: Uint8Array): Promise<Uint8Array> {
  return (await bench.ask(VFIO_USER_DEVICE_FEATURE, payload)).payload;
}

function outcome(bench: SessionBench, payload: Uint8Array): Promise<string> {
  return bench.outcome(VFIO_USER_DEVICE_FEATURE, payload);
}

describe('DEVICE_FEATURE (vfio-user specification, VFIO_USER_DEVICE_FEATURE)', () => {
  it('feature get: the header and the data, with argsz as large as they are', async () => {
    await using bench = await openSession({ model: { migration: new FakeMigration() } });
    for (const argsz of [16, 64, 0xffff_ffff]) {
      expect(await ask(bench, fields(argsz, GET | MIGRATION))).to.deep.equal(
        fields(16, GET | MIGRATION, 5n),
      );
    }
    expect(await ask(bench, fields(16, GET | STATE))).to.deep.equal(
      fields(16, GET | STATE, RUNNING, 0xffff_ffff),
    );
  });

  it('feature get argsz: less room than the data need is EINVAL (libvfio-user test_migration)', async () => {
    await using bench = await openSession({ model: { migration: new FakeMigration() } });
    expect(await outcome(bench, fields(15, GET | MIGRATION))).to.equal('EINVAL feature.payload');
    expect(await outcome(bench, fields(8, GET | MIGRATION))).to.equal('EINVAL feature.payload');
    expect(await outcome(bench, fields(7, GET | MIGRATION))).to.equal('EINVAL vfio-user.argsz');
    expect(await outcome(bench, fields(16))).to.equal('EINVAL vfio-user.payload');
  });

  it('feature set: the reply is the request', async () => {
    const migration = new FakeMigration();
    await using bench = await openSession({ model: { migration } });
    const payload = fields(16, SET | STATE, 1, 0xffff_ffff);
    expect(await ask(bench, payload)).to.deep.equal(payload);
    expect([bench.endpoint.migrationState(), migration.arcs]).to.deep.equal([1, ['2>1']]);
  });

  it('feature set argsz: smaller than the request is EINVAL, and nothing is set', async () => {
    await using bench = await openSession({ model: { migration: new FakeMigration() } });
    const payload = fields(15, SET | STATE, 1, 0);
    expect(await outcome(bench, payload)).to.equal('EINVAL vfio-user.argsz');
    expect(await outcome(bench, fields(12, SET | STATE, 1))).to.equal('EINVAL feature.payload');
    expect(bench.endpoint.migrationState()).to.equal(RUNNING);
  });

  it('feature probe: succeeds only if all that is asked for is there, and is answered with the request', async () => {
    await using bench = await openSession({ model: { migration: new FakeMigration() } });
    for (const flags of [PROBE | MIGRATION, PROBE | GET | MIGRATION, PROBE | GET | SET | STATE]) {
      expect(await ask(bench, fields(8, flags))).to.deep.equal(fields(8, flags));
    }
    expect(await outcome(bench, fields(8, PROBE | SET | MIGRATION))).to.equal(
      'EINVAL feature.method',
    );
    expect(await outcome(bench, fields(7, PROBE | MIGRATION))).to.equal('EINVAL vfio-user.argsz');
    expect(await outcome(bench, fields(12, PROBE | SET | MIGRATION, 0))).to.match(/^EINVAL /);
    const set = fields(16, PROBE | SET | STATE, 1, 0);
    expect(await ask(bench, set)).to.deep.equal(set);
    expect(bench.endpoint.migrationState(), 'a probe sets nothing').to.equal(RUNNING);
  });

  it('feature unknown: ENOTTY, as the kernel says it and QEMU expects it (vfio_main.c, vfio_ioctl_device_feature)', async () => {
    await using bench = await openSession();
    for (const flags of [GET | MIGRATION, PROBE | MIGRATION, SET | STATE, GET | 0x7777]) {
      expect(await outcome(bench, fields(16, flags, 0n))).to.equal('ENOTTY feature.unknown');
    }
    expect(await outcome(bench, fields(16, GET | SET | REPORT, 0n))).to.equal(
      'EINVAL feature.flags',
    );
    expect(await outcome(bench, fields(16, GET | 0x8_0000, 0n))).to.equal('EINVAL feature.flags');
  });
});

describe('DMA logging over DEVICE_FEATURE (vfio-user specification, VFIO_DEVICE_FEATURE_DMA_LOGGING_*)', () => {
  const START_ALL = fields(24, SET | START, 0x1000n, 0, 0);

  it('logging: starts for everything, reports each page once with the bitmap in the reply, and stops', async () => {
    await using bench = await openSession();
    using memory = SharedMemory.create(0x8_0000);
    await bench.ask(VFIO_USER_DMA_MAP, fields(32, 3, 0n, 0x1_0000n, 0x8_0000n), [memory.fd]);
    expect(await ask(bench, START_ALL)).to.deep.equal(START_ALL);
    bench.endpoint.dma.write(0x1_3000, Uint8Array.of(1));
    bench.endpoint.dma.write(0x5_0fff, Uint8Array.of(1, 2));
    const report = fields(48, GET | REPORT, 0x1_0000n, 0x8_0000n, 0x1000n);
    const bits = (1n << 3n) | (1n << 64n) | (1n << 65n);
    expect(await ask(bench, report)).to.deep.equal(
      fields(
        ...[48, GET | REPORT, 0x1_0000n, 0x8_0000n, 0x1000n],
        ...[bits & (2n ** 64n - 1n), bits >> 64n],
      ),
    );
    expect((await ask(bench, report)).subarray(32), 'read once').to.deep.equal(fields(0n, 0n));
    await ask(bench, fields(8, SET | STOP));
    expect(await outcome(bench, report)).to.equal('EINVAL dirty.off');
  });

  it('logging ranges: are in the payload itself, and only they are logged', async () => {
    await using bench = await openSession();
    using memory = SharedMemory.create(0x4000);
    await bench.ask(VFIO_USER_DMA_MAP, fields(32, 3, 0n, 0n, 0x4000n), [memory.fd]);
    await ask(bench, fields(...[40, SET | START, 0x1000n, 1, 0], ...[0x2000n, 0x1000n]));
    bench.endpoint.dma.write(0, Uint8Array.of(1));
    bench.endpoint.dma.write(0x2000, Uint8Array.of(1));
    const report = fields(40, GET | REPORT, 0x2000n, 0x1000n, 0x1000n);
    expect((await ask(bench, report)).subarray(32)).to.deep.equal(fields(1n));
    const short = fields(...[40, SET | START, 0x1000n, 2, 0], ...[0n, 0x1000n]);
    await ask(bench, fields(8, SET | STOP));
    expect(await outcome(bench, short)).to.equal('EINVAL feature.payload');
  });

  it('logging again: the same START succeeds, another page size is EINVAL, and so is none (libvfio-user test_dirty_pages)', async () => {
    await using bench = await openSession();
    expect(await outcome(bench, fields(24, SET | START, 0n, 0, 0))).to.match(/^EINVAL /);
    expect(await outcome(bench, fields(24, SET | START, 0x1800n, 0, 0))).to.match(/^EINVAL /);
    expect(await outcome(bench, START_ALL)).to.equal('ok');
    expect(await outcome(bench, START_ALL)).to.equal('ok');
    expect(await outcome(bench, fields(24, SET | START, 0x2000n, 0, 0))).to.equal(
      'EINVAL dirty.started',
    );
  });

  it('logging report room: a bitmap larger than argsz, or than any message, is EINVAL', async () => {
    await using bench = await openSession();
    await ask(bench, START_ALL);
    const report = (argsz: number, length: bigint): Uint8Array =>
      fields(argsz, GET | REPORT, 0n, length, 0x1000n);
    expect(await outcome(bench, report(39, 0x1000n))).to.equal('EINVAL feature.payload');
    expect(await outcome(bench, report(0xffff_ffff, 2n ** 40n))).to.equal('EINVAL feature.payload');
    expect(await outcome(bench, report(0xffff_ffff, 0x1000n))).to.equal('ok');
    expect(await outcome(bench, fields(40, GET | REPORT, 0n, 0x1000n, 0x1001n))).to.match(
      /^EINVAL /,
    );
  });
});
