import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { QuiesceCause } from '@mdevkit/core';
import {
  VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE,
  VFIO_DEVICE_FEATURE_SET,
  VFIO_USER_DEVICE_FEATURE,
  VFIO_USER_DEVICE_RESET,
  VFIO_USER_MIG_DATA_READ,
  VFIO_USER_MIG_DATA_WRITE,
} from '@mdevkit/uapi';
import { fields } from '../raw-client.test-support.js';
import { FakeMigration } from './migration-model.test-support.js';
import { openSession, type SessionBench } from './session.test-support.js';

const STOP = 1;
const RUNNING = 2;
const STOP_COPY = 3;
const RESUMING = 4;
const PRE_COPY = 6;
const SET_STATE = VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE;

function go(bench: SessionBench, state: number): Promise<string> {
  return bench.outcome(VFIO_USER_DEVICE_FEATURE, fields(16, SET_STATE, state, 0));
}

async function read(bench: SessionBench, size: number): Promise<number[]> {
  const { payload } = await bench.ask(VFIO_USER_MIG_DATA_READ, fields(8 + size, size));
  const view = new DataView(payload.buffer, payload.byteOffset);
  expect(view.getUint32(0, true), 'argsz').to.equal(payload.length);
  expect(view.getUint32(4, true), 'size').to.equal(payload.length - 8);
  return [...payload.subarray(8)];
}

function write(bench: SessionBench, ...bytes: number[]): Promise<string> {
  const payload = fields(8 + bytes.length, bytes.length, Uint8Array.from(bytes));
  return bench.outcome(VFIO_USER_MIG_DATA_WRITE, payload);
}

describe('MIG_DATA_READ (vfio-user specification, VFIO_USER_MIG_DATA_READ)', () => {
  it('migration read: as much as is asked for, however the device gives it; less is the end', async () => {
    await using bench = await openSession({ model: { migration: new FakeMigration() } });
    expect(await go(bench, STOP_COPY)).to.equal('ok');
    expect(await read(bench, 7)).to.deep.equal([1, 2, 3, 4, 5, 6, 7]);
    expect(await read(bench, 7)).to.deep.equal([8, 9, 10]);
    expect(await read(bench, 7)).to.deep.equal([]);
  });

  it('migration pre-copy: is read up for now, and goes on in STOP_COPY with the same stream (enum vfio_device_mig_state)', async () => {
    const migration = new FakeMigration();
    await using bench = await openSession({ model: { migration } });
    expect(await go(bench, PRE_COPY)).to.equal('ok');
    expect(await read(bench, 16)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(await read(bench, 16), 'for now').to.deep.equal([]);
    migration.state = Uint8Array.of(...migration.state, 11, 12);
    expect(await go(bench, STOP_COPY)).to.equal('ok');
    expect(await read(bench, 16)).to.deep.equal([11, 12]);
  });

  it('migration read state: RUNNING, STOP and RESUMING are EINVAL, also after STOP_COPY was left', async () => {
    await using bench = await openSession({ model: { migration: new FakeMigration() } });
    const outcome = (): Promise<string> => bench.outcome(VFIO_USER_MIG_DATA_READ, fields(16, 8));
    expect(await outcome()).to.equal('EINVAL vfio-user.migration-state');
    for (const state of [STOP, RESUMING, STOP_COPY, STOP, RUNNING]) {
      expect(await go(bench, state)).to.equal('ok');
      expect(await outcome()).to.equal(
        state === STOP_COPY ? 'ok' : 'EINVAL vfio-user.migration-state',
      );
    }
  });

  it('migration read size: more than a transfer of the client, a small argsz, a short payload: EINVAL (libvfio-user test_migration)', async () => {
    await using bench = await openSession({
      model: { migration: new FakeMigration() },
      capabilities: { maxDataXferSize: 64 },
    });
    await go(bench, STOP_COPY);
    const outcome = (...values: number[]): Promise<string> =>
      bench.outcome(VFIO_USER_MIG_DATA_READ, fields(...values));
    expect(await outcome(8 + 65, 65)).to.equal('EINVAL vfio-user.migration-size');
    expect(await outcome(0xffff_ffff, 0xffff_ffff)).to.equal('EINVAL vfio-user.migration-size');
    expect(await outcome(8 + 7, 8)).to.equal('EINVAL vfio-user.argsz');
    expect(await outcome(7, 0)).to.equal('EINVAL vfio-user.argsz');
    expect(await outcome(8)).to.equal('EINVAL vfio-user.payload');
    expect((await read(bench, 64)).length, 'nothing was lost').to.equal(10);
  });

  it('migration read error: what the device throws is the answer, not a shorter stream', async () => {
    const migration = new FakeMigration();
    await using bench = await openSession({ model: { migration } });
    await go(bench, STOP_COPY);
    migration.failing = new Error('broken');
    expect(await bench.outcome(VFIO_USER_MIG_DATA_READ, fields(16, 8))).to.equal('EIO model.threw');
  });
});

describe('MIG_DATA_WRITE (vfio-user specification, VFIO_USER_MIG_DATA_WRITE)', () => {
  it('migration write: all of the data go to the device, in RESUMING alone', async () => {
    const migration = new FakeMigration();
    await using bench = await openSession({ model: { migration } });
    expect(await write(bench, 1)).to.equal('EINVAL vfio-user.migration-state');
    expect(await go(bench, RESUMING)).to.equal('ok');
    expect(await write(bench, 1, 2, 3)).to.equal('ok');
    expect(await write(bench)).to.equal('ok');
    expect(await write(bench, 4)).to.equal('ok');
    expect(migration.restored).to.deep.equal([1, 2, 3, 4]);
    expect(await go(bench, STOP)).to.equal('ok');
    expect(await write(bench, 5)).to.equal('EINVAL vfio-user.migration-state');
    await go(bench, STOP_COPY);
    expect(await write(bench, 5)).to.equal('EINVAL vfio-user.migration-state');
  });

  it('migration write size: short data, a small argsz, too much: EINVAL, and nothing is written', async () => {
    const migration = new FakeMigration();
    await using bench = await openSession({
      model: { migration },
      capabilities: { maxDataXferSize: 64 },
    });
    await go(bench, RESUMING);
    const outcome = (...values: (number | Uint8Array)[]): Promise<string> =>
      bench.outcome(VFIO_USER_MIG_DATA_WRITE, fields(...values));
    expect(await outcome(12, 4, new Uint8Array(3))).to.equal('EINVAL vfio-user.payload');
    expect(await outcome(11, 4, new Uint8Array(4))).to.equal('EINVAL vfio-user.argsz');
    expect(await outcome(8 + 65, 65, new Uint8Array(65))).to.equal(
      'EINVAL vfio-user.migration-size',
    );
    expect(migration.restored).to.deep.equal([]);
    expect(await outcome(12, 4, Uint8Array.of(1, 2, 3, 4, 5)), 'the rest is none of it').to.equal(
      'ok',
    );
    expect(migration.restored).to.deep.equal([1, 2, 3, 4]);
  });
});

describe('MIG_DEVICE_STATE over DEVICE_FEATURE (vfio-user specification; Linux vfio_mig_get_next_state)', () => {
  it('migration walk: goes the shortest way, each arc by the device, which is quiet meanwhile', async () => {
    const migration = new FakeMigration();
    const calls: string[] = [];
    await using bench = await openSession({
      model: {
        migration,
        quiesce: (why: QuiesceCause) => void calls.push(why),
        resume: () => void calls.push(`resume ${migration.arcs.join(' ')}`),
      },
    });
    expect(await go(bench, RESUMING)).to.equal('ok');
    expect(migration.arcs).to.deep.equal(['2>1', '1>4']);
    expect(calls).to.deep.equal(['migration', 'resume 2>1 1>4']);
  });

  it('migration arc refused: there is no way, or the device fails: its errno, and the state stays', async () => {
    const migration = new FakeMigration();
    await using bench = await openSession({ model: { migration } });
    await go(bench, STOP_COPY);
    expect(await go(bench, PRE_COPY)).to.equal('EINVAL migration.arc');
    expect(await go(bench, 0)).to.equal('EINVAL migration.arc');
    expect(await go(bench, 99)).to.equal('EINVAL migration.arc');
    migration.failing = new Error('broken');
    expect(await go(bench, STOP)).to.equal('EIO model.threw');
    expect(bench.endpoint.migrationState()).to.equal(STOP_COPY);
    migration.failing = undefined;
    expect((await read(bench, 4)).length).to.equal(4);
  });

  it('migration reset: DEVICE_RESET is back in RUNNING and ends the stream', async () => {
    await using bench = await openSession({
      model: { migration: new FakeMigration(), reset: () => undefined },
    });
    await go(bench, STOP_COPY);
    expect(await bench.outcome(VFIO_USER_DEVICE_RESET)).to.equal('ok');
    expect(bench.endpoint.migrationState()).to.equal(RUNNING);
    expect(await bench.outcome(VFIO_USER_MIG_DATA_READ, fields(16, 8))).to.equal(
      'EINVAL vfio-user.migration-state',
    );
  });

  it('migration unsupported: a device without it answers ENOTTY to its data', async () => {
    await using bench = await openSession();
    expect(await bench.outcome(VFIO_USER_MIG_DATA_READ, fields(16, 8))).to.equal(
      'ENOTTY migration.unsupported',
    );
    expect(await write(bench, 1)).to.equal('ENOTTY migration.unsupported');
  });
});
