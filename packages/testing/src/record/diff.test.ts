import { expect } from 'chai';
import { describe, it } from 'mocha';
import { bindIrqs, irqCallback, write32 } from '@mdevkit/core';
import { diffRecordings } from './diff.js';
import type { Recording, RecordingEntry } from './entry.js';
import { busyClient, record } from './recorder.test-support.js';
import { registers } from './worker.test-support.js';

function texts(a: Recording, b: Recording): readonly string[] {
  return diffRecordings(a, b).map(({ call, text }) => `${call} ${text}`);
}

/** The recording with some of its entries changed. */
function changed(
  recording: Recording,
  change: (entry: RecordingEntry) => RecordingEntry | undefined,
): Recording {
  return { ...recording, entries: recording.entries.flatMap((entry) => change(entry) ?? []) };
}

describe('diffRecordings (own rule; docs/reference/recording.md)', () => {
  it('row: diff of the same: finds nothing in two runs of the same client', async () => {
    expect(texts(await record(busyClient), await record(busyClient))).to.deep.equal([]);
  });

  it('row: diff of happenings: tells an answer, an interrupt and a DMA that are not the same, by names', async () => {
    const a = await record(busyClient);
    const b = changed(a, (entry) => {
      if (entry.kind === 'irq' && entry.time === 0) {
        return undefined;
      }
      if (entry.kind === 'dma' && entry.access === 'fill') {
        return { ...entry, length: 17 };
      }
      return entry;
    });
    expect(texts(a, b)).to.deep.equal([
      '8 write registers.JOB = 0x00000001: first trigger done[0], second nothing',
      '12 write registers.JOB = 0x00000005: first dma fill 0x10100, 16 (pasid 1): 0xab, second dma fill 0x10100, 17 (pasid 1): 0xab',
    ]);
  });

  it('row: diff of calls: tells calls that only one of them has, and goes on after them', async () => {
    const client = (extra: boolean) =>
      record(async (device) => {
        await bindIrqs(device, 0, [irqCallback(() => undefined)]);
        if (extra) {
          await device.info();
          await write32(device, 0, registers.offsetOf('SOURCE'), 9);
        }
        await write32(device, 0, registers.offsetOf('TARGET'), 5);
      });
    const [long, short] = [await client(true), await client(false)];
    expect(texts(long, short)).to.deep.equal([
      '3 only in the first: info',
      '4 only in the first: write registers.SOURCE = 0x00000009',
    ]);
    expect(texts(short, long)).to.deep.equal([
      '3 only in the second: info',
      '3 only in the second: write registers.SOURCE = 0x00000009',
    ]);
  });

  it('row: diff of times: ignores times unless they are asked for', async () => {
    const a = await record(busyClient);
    const later = changed(a, (entry) => ({ ...entry, time: entry.time + 1 }));
    expect(texts(a, later)).to.deep.equal([]);
    expect(diffRecordings(a, later, { times: true })).to.have.length.greaterThan(5);
  });
});
