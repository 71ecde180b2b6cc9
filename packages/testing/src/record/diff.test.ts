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

  it('row: diff of the same: PASIDs are not compared: which bind an unbind is for is', async () => {
    const client = (pasids: readonly [number, number], unbound: number): Recording => {
      const entries: readonly RecordingEntry[] = [
        { kind: 'call', time: 0, id: 1, call: 'bind', args: {} },
        { kind: 'answer', time: 0, id: 1, answer: { value: pasids[0] } },
        { kind: 'call', time: 0, id: 2, call: 'bind', args: {} },
        { kind: 'answer', time: 0, id: 2, answer: { value: pasids[1] } },
        { kind: 'event', time: 0, event: { ...fault, pasid: pasids[0] } },
        { kind: 'call', time: 0, id: 3, call: 'unbind', args: { pasid: unbound } },
        { kind: 'answer', time: 0, id: 3, answer: { value: undefined } },
      ];
      return { ...empty, entries };
    };
    const fault = {
      kind: 'fault',
      iova: 0n,
      length: 4,
      access: 'read',
      cause: 'unmapped',
    } as const;
    const empty = await record(() => Promise.resolve());
    expect(texts(client([2, 3], 2), client([7, 5], 7))).to.deep.equal([]);
    expect(texts(client([2, 3], 2), client([7, 5], 5))).to.deep.equal([
      '3 only in the first: unbind pasid 2',
      '4 only in the second: unbind pasid 5',
    ]);
    expect(texts(client([2, 3], 2), client([2, 3], 9))).to.have.length(2);
  });

  it('row: long answers: the first byte that is another is told, by its register, and 8 bytes from there', async () => {
    const reading = await record(async (device) => {
      await device.read(0, 0, new Uint8Array(0x20));
    });
    const other = (at: number, length = 0x20): Recording =>
      changed(reading, (entry) => {
        if (entry.kind !== 'answer' || !('value' in entry.answer)) {
          return entry;
        }
        const bytes = new Uint8Array(length);
        bytes[at] = 5;
        return entry.answer.value instanceof Uint8Array
          ? { ...entry, answer: { value: bytes } }
          : entry;
      });
    expect(texts(reading, other(0x0d))).to.deep.equal([
      '2 read registers.SOURCE, 32: first [0000000000000000] at registers.DONE+1, second [0500000000000000] at registers.DONE+1',
    ]);
    expect(texts(other(0x1e), other(0x1f, 0x1f))[0]).to.match(
      /first \[0500\] at registers\+0x1e \(32 bytes in all\), second \[00\] at .* \(31 bytes in all\)$/,
    );
  });

  it('row: printable: what controls a terminal is not in the texts of differences', async () => {
    const a = await record(busyClient);
    const event = (message: string): Recording => ({
      ...a,
      entries: [{ kind: 'event', time: 0, event: { kind: 'error', message } }],
    });
    expect(texts(event('x\u001b[2J'), event('y\n\u2028'))).to.deep.equal([
      '0 before all calls: first event error { message x\\u{1b}[2J }, second event error { message y\\u{a}\\u{2028} }',
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
