import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ManualClock, MdevHost } from '@mdevkit/core';
import { VfioUserDevice, VfioUserServer } from '@mdevkit/vfio-user';
import type { Recording } from '../record/index.js';
import { busyClient, record } from '../record/recorder.test-support.js';
import { worker, workerDriver, type Faults } from '../record/worker.test-support.js';
import type { ReplayResult } from './options.js';
import { replay } from './replay.js';

async function served(recording: Recording, faults: Faults = {}): Promise<ReplayResult> {
  const folder = mkdtempSync(join(tmpdir(), 'mdev-'));
  try {
    const clock = new ManualClock();
    await using host = new MdevHost({ clock });
    await host.load(workerDriver(faults));
    const { uuid } = await host.create(worker);
    await using server = VfioUserServer.listen(await host.attach(uuid), {
      path: join(folder, 'worker.sock'),
    });
    server.run();
    await using device = await VfioUserDevice.connect(server.path);
    const advance = (ms: number): void => {
      clock.advance(ms);
    };
    return await replay(recording, device, {
      events: false,
      sharedMemory: true,
      advance,
      waitMs: 100,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('replay as a client of a vfio-user server (docs/interop/vfio-user.rst)', () => {
  it('row: over vfio-user: finds nothing in the device that was recorded in process', async () => {
    const { calls, differences } = await served(await record(busyClient));
    expect(differences.map(({ text }) => text)).to.deep.equal([]);
    expect(calls).to.equal(16);
  });

  it('row: over vfio-user: tells what another device writes to memory, and an interrupt that does not come', async () => {
    const { differences } = await served(await record(busyClient), { step: 2, silent: true });
    expect(differences.map(({ call, text }) => `${call} ${text}`)).to.deep.equal([
      '8 write registers.JOB = 0x00000001: interrupt done[0]: 0 instead of 1',
      '8 write registers.JOB = 0x00000001: memory at 0x10100: expected 0x02, got 0x03',
      '13 write registers.JOB = 0x00000006: interrupt done[0]: 0 instead of 1',
      '13 write registers.JOB = 0x00000006: memory at 0x10100: expected 0x07, got 0x08',
    ]);
  });
});
