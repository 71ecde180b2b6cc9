import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { RecordedRegion, Recording, RecordingEntry } from '../../record/index.js';
import { parseVcd } from './vcd-parser.test-support.js';
import { vcdOfRecording } from './vcd-of-recording.js';

/** Of type a-b. */
const MDEV = 'a_b_cafe0000_0000_4000_8000_000000000001';

function recordingOf(
  entries: readonly RecordingEntry[],
  index = 2,
  registers?: RecordedRegion['registers'],
): Recording {
  return {
    header: {
      version: 1,
      mdev: { uuid: 'cafe0000-0000-4000-8000-000000000001', type: 'a-b', parent: 'a0' },
      device: {
        deviceApi: 'vfio-platform',
        regions: [
          {
            index,
            name: 'bar2',
            size: 64,
            flags: 3,
            ...(registers === undefined ? {} : { registers }),
          },
        ],
        irqs: [{ index: 0, name: 'INTx', count: 1 }],
      },
    },
    entries,
  };
}

/** Two calls under way at once, one of them refused. */
const entries: readonly RecordingEntry[] = [
  { kind: 'call', time: 0.5, id: 1, call: 'write', args: at(0, Uint8Array.of(7, 0)) },
  { kind: 'call', time: 0.6, id: 2, call: 'read', args: { region: 2, offset: 4, length: 4 } },
  { kind: 'irq', time: 0.7, action: 'assert', index: 0, subindex: 0, delivered: true },
  { kind: 'dma', time: 0.8, access: 'read', pasid: 0, iova: 0, length: 4 },
  { kind: 'answer', time: 1, id: 1, answer: { value: 2 } },
  { kind: 'answer', time: 2, id: 2, answer: { value: Uint8Array.of(1, 2, 0, 0) } },
  { kind: 'irq', time: 3, action: 'trigger', index: 9, subindex: 4, delivered: false },
  { kind: 'call', time: 4, id: 3, call: 'write', args: at(0, Uint8Array.of(9, 9)) },
  { kind: 'answer', time: 4, id: 3, answer: { error: { errno: 5, code: 'EIO', reason: 'x' } } },
  { kind: 'call', time: 4.5, id: 4, call: 'reset', args: {} },
  { kind: 'answer', time: 4.5, id: 4, answer: { value: undefined } },
  { kind: 'event', time: 5, event: { kind: 'hangup', reason: 'gone' } },
  { kind: 'end', time: 5 },
];

function at(
  offset: number,
  bytes: Uint8Array,
): { region: number; offset: number; bytes: Uint8Array } {
  return { region: 2, offset, bytes };
}

function drawn(text: string): string[] {
  return parseVcd(text).changes.map(
    ({ time, path, value }) => `${time} ${path} ${Number(`0b${value}`)}`,
  );
}

describe('vcdOfRecording (own rule; docs/reference/diagnostics.md)', () => {
  it('wave recording: draws calls when they were answered, interrupts, DMA and events', () => {
    expect(drawn(vcdOfRecording(recordingOf(entries)))).to.deep.equal([
      `700 ${MDEV}.irq.INTx_line 1`,
      `800 ${MDEV}.dma.read 1`,
      `1000 ${MDEV}.access.bar2_write 1`,
      `1000 ${MDEV}.bar2.at_0_2 7`,
      `2000 ${MDEV}.access.bar2_read 1`,
      `2000 ${MDEV}.bar2.at_4_4 513`,
      `3000 ${MDEV}.irq.irq9 1`,
      `4500 ${MDEV}.irq.INTx_line 0`,
      `5000 ${MDEV}.event.hangup 1`,
    ]);
  });

  it('wave names: with names registers have theirs', () => {
    const names = { 2: [{ name: 'CTRL', offset: 0, width: 2 }] };
    const text = vcdOfRecording(recordingOf(entries), { names, timescale: '1ns' });
    expect(drawn(text)).to.include(`1000000 ${MDEV}.bar2.CTRL 7`);
  });

  it('wave names: those of the recording, where nobody gives others; what they leave out is a hole', () => {
    const recording = recordingOf(entries, 2, [{ name: 'DATA', offset: 4, width: 4 }]);
    expect(drawn(vcdOfRecording(recording)).filter((line) => line.includes('bar2.'))).to.deep.equal(
      [`2000 ${MDEV}.bar2.DATA 513`],
    );
  });

  it('wave recording hostile: arguments that do not fit are not drawn; an index beyond all devices is a RangeError', () => {
    const strange: readonly RecordingEntry[] = [
      { kind: 'call', time: 0, id: 1, call: 'read', args: { region: 'two', offset: -1 } },
      { kind: 'answer', time: 0, id: 1, answer: { value: new Uint8Array(4) } },
      { kind: 'answer', time: 0, id: 7, answer: { value: 4 } },
      { kind: 'call', time: 0, id: 2, call: 'write', args: at(0, new Uint8Array(2)) },
      { kind: 'answer', time: 0, id: 2, answer: { value: 4096 } },
    ];
    expect(drawn(vcdOfRecording(recordingOf(strange)))).to.deep.equal([
      `0 ${MDEV}.access.bar2_write 1`,
      `0 ${MDEV}.bar2.at_0_2 0`,
    ]);
    expect(() => vcdOfRecording(recordingOf([], 2 ** 40))).to.throw(RangeError, 'region');
  });
});
