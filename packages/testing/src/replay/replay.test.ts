import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ManualClock, MdevHost, type defineDriver } from '@mdevkit/core';
import type { Recording } from '../record/index.js';
import { busyClient, record, recordSteps, steps } from '../record/recorder.test-support.js';
import { workerDriver } from '../record/worker.test-support.js';
import type { ReplayResult } from './options.js';
import { replayInto } from './replay.js';

async function replayed(
  recording: Recording,
  driver: ReturnType<typeof defineDriver> = workerDriver(),
): Promise<ReplayResult> {
  const clock = new ManualClock();
  await using host = new MdevHost({ clock });
  await host.load(driver);
  return await replayInto(
    recording,
    host,
    {},
    {
      advance: (ms) => {
        clock.advance(ms);
      },
    },
  );
}

async function texts(
  recording: Recording,
  driver?: ReturnType<typeof defineDriver>,
): Promise<readonly string[]> {
  const { differences } = await replayed(recording, driver);
  return differences.map(({ call, text }) => `${call} ${text}`);
}

describe('replay (own rule; docs/reference/recording.md)', () => {
  it('row: same device: finds nothing in the device that was recorded: DMA, interrupts, events, errors and times', async () => {
    const { calls, leftOut, differences } = await replayed(await record(busyClient));
    expect(differences).to.deep.equal([]);
    expect([calls, leftOut]).to.deep.equal([16, 0]);
  });

  it('row: any client: finds nothing whatever a client did', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        expect(await texts(await recordSteps(all))).to.deep.equal([]);
      }),
      { seed: 20261121, numRuns: 60 },
    );
  });

  it('row: memory: tells what another device writes to memory, by address', async () => {
    expect(await texts(await record(busyClient), workerDriver({ step: 2 }))).to.deep.equal([
      '8 write registers.JOB = 0x00000001: memory at 0x10100: expected 0x02, got 0x03',
      '13 write registers.JOB = 0x00000006: memory at 0x10100: expected 0x07, got 0x08',
    ]);
  });

  it('row: stray write: tells a write to memory that the recording does not have', async () => {
    const found = await texts(await record(busyClient), workerDriver({ stray: true }));
    expect(found[0]).to.equal(
      '8 write registers.JOB = 0x00000001: memory at 0x10120: not to be written, got 0x55',
    );
  });

  it('row: answers, interrupts: tells an interrupt that does not come, and an answer that is another, by names', async () => {
    expect(await texts(await record(busyClient), workerDriver({ silent: true }))).to.deep.equal([
      '8 write registers.JOB = 0x00000001: interrupt done[0]: 0 instead of 1',
      '13 write registers.JOB = 0x00000006: interrupt done[0]: 0 instead of 1',
    ]);
    expect(await texts(await record(busyClient), workerDriver({ forgetful: true }))).to.deep.equal([
      '14 read slow+0x0, 4: expected 0x00000002, got 0x00000000',
    ]);
  });
});
