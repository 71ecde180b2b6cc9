import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  bindIrqs,
  defineDriver,
  irqCallback,
  ManualClock,
  MdevHost,
  registerRegion,
  write32,
  type Device,
} from '@mdevkit/core';
import type { Recording } from '../record/index.js';
import { busyClient, record, recordSteps, steps } from '../record/recorder.test-support.js';
import { registers, workerDriver } from '../record/worker.test-support.js';
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

/** Turns of the event loop. */
async function after(turns: number): Promise<void> {
  for (let count = 0; count < turns; count += 1) {
    await turn();
  }
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

  it('row: silences: what a device writes before it is quiet belongs to the call that it is quiet for', async () => {
    const owing = (finish: (device: Device) => Promise<unknown>) =>
      record(async (device) => {
        await device.dmaMap({ iova: 0, memory: new Uint8Array(4096) });
        await device.dmaMap({ iova: 0x4000, memory: new Uint8Array(4096) });
        await write32(device, 0, registers.offsetOf('TARGET'), 0x10);
        await write32(device, 0, registers.offsetOf('JOB'), 8);
        await finish(device);
        await device.info();
      });
    const finishes: readonly (readonly [string, (device: Device) => Promise<unknown>])[] = [
      ['dma-unmap', (device) => device.dmaUnmap(0, 4096)],
      ['dma-unmap', (device) => device.dmaUnmap(0x4000, 4096)],
      ['dma-map', (device) => device.dmaMap({ iova: 0x8000, memory: new Uint8Array(4096) })],
      ['reset', (device) => device.reset()],
    ];
    for (const [call, finish] of finishes) {
      const recording = await owing(finish);
      expect(await texts(recording), call).to.deep.equal([]);
      const [first = '', ...others] = await texts(recording, workerDriver({ step: 2 }));
      expect(first, call).to.match(
        new RegExp(`^9 ${call}\\b.*: memory at 0x10: expected 0x81, got 0x82$`),
      );
      expect(others, call).to.deep.equal([]);
    }
  });

  it('row: interrupts: one that comes before it was recorded is carried on, one that nobody expects is told where it came', async () => {
    const early = await record(async (device) => {
      await bindIrqs(device, 0, [irqCallback(() => undefined)]);
      await device.dmaMap({ iova: 0, memory: new Uint8Array(4096) });
      await write32(device, 0, registers.offsetOf('JOB'), 1);
      await device.info();
      await device.reset();
      await device.info();
    });
    const irqs = early.entries.filter(({ kind }) => kind === 'irq');
    const others = early.entries.filter(({ kind }) => kind !== 'irq');
    const info = others.findIndex((entry) => entry.kind === 'call' && entry.call === 'info');
    const later = [...others.slice(0, info + 2), ...irqs, ...others.slice(info + 2)];
    expect(irqs).to.have.length(1);
    expect(await texts({ ...early, entries: later })).to.deep.equal([]);
    expect(await texts({ ...early, entries: others })).to.deep.equal([
      '5 write registers.JOB = 0x00000001: interrupt done[0]: 1 more than expected',
    ]);
  });

  it('row: last turns: an interrupt that comes too late, after the last call, is told', async () => {
    const late = (times: number): ReturnType<typeof defineDriver> =>
      defineDriver({
        name: 'worker',
        deviceApi: 'vfio-platform',
        types: [{ id: 'one' }],
        parents: [{ name: 'worker0', capacity: 1 }],
        model: ({ irqs }) => ({
          deviceApi: 'vfio-platform',
          regions: [
            registerRegion(
              'registers',
              registers.instantiate({
                JOB: {
                  write: () => {
                    irqs.trigger(0);
                    void after(8).then(() => {
                      for (let time = 0; time < times; time += 1) {
                        irqs.trigger(0);
                      }
                    });
                  },
                },
              }),
            ),
          ],
          irqs: [{ kind: 'message', name: 'done', count: 1, resizable: false }],
        }),
      });
    const recording = await record(async (device) => {
      await bindIrqs(device, 0, [irqCallback(() => undefined)]);
      await write32(device, 0, registers.offsetOf('JOB'), 1);
    }, late(0));
    expect(await texts(recording, late(0))).to.deep.equal([]);
    expect(await texts(recording, late(2))).to.deep.equal([
      '3 write registers.JOB = 0x00000001: interrupt done[0]: 2 more than expected',
    ]);
  });
});
