import { encode } from 'cborg';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { RECORDING_VERSION, type RecordingEntry } from './entry.js';
import { parseRecording } from './reader.js';
import { memorySink } from './sink.js';
import { RecordingWriter } from './writer.js';

function bytesOf(entries: readonly RecordingEntry[]): Uint8Array {
  const sink = memorySink();
  const writer = new RecordingWriter(sink, {
    version: RECORDING_VERSION,
    mdev: { uuid: 'u', type: 't-1', parent: 'p' },
    device: { deviceApi: 'vfio-pci', regions: [], irqs: [] },
  });
  entries.forEach((entry) => {
    writer.write(entry);
  });
  writer.end();
  return sink.bytes;
}

describe('the items of recordings (docs/reference/recording.md)', () => {
  it('row: kinds: items as the document has them are read as what they are', () => {
    const items: readonly unknown[] = [
      [0, 1000, 7, [0, 16, 4], 500, Uint8Array.of(1, 0, 0, 0)],
      [1, 0, 3, [], 0, [5, 'EIO', 'device.failed']],
      [2, 0, 8, [0, 4, Uint8Array.of(9)]],
      [2, 0, 15, []],
      [3, 0, 3, 1],
      [4, 0, 4, [28, 'ENOSPC', 'x']],
      [5, 0, 1, 2, 3, true],
      [6, 0, 0, 1, 4096, 2, Uint8Array.of(1, 2)],
      [6, 0, 3, 1, 4096, 2, undefined, 8192],
      [6, 0, 1, 1, 4096, 2, undefined, undefined, [14, 'EFAULT', 'dma.fault']],
      [7, 0, 2, 1, 4096, 2, 1, 1],
      [7, 0, 3, 'oh'],
      [9, 0, 7, 1, Uint8Array.of(5)],
      [8, 0],
    ];
    const error = (errno: number, code: string, reason: string): object => ({
      error: { errno, code, reason },
    });
    const time = 1.5;
    const dma = { kind: 'dma', time, pasid: 1, iova: 4096, length: 2 };
    const expected: readonly object[] = [
      { kind: 'call', time: 1, id: 1, call: 'read', args: { region: 0, offset: 16, length: 4 } },
      { kind: 'answer', time, id: 1, answer: { value: Uint8Array.of(1, 0, 0, 0) } },
      { kind: 'call', time, id: 2, call: 'reset', args: {} },
      { kind: 'answer', time, id: 2, answer: error(5, 'EIO', 'device.failed') },
      {
        kind: 'call',
        time,
        id: 3,
        call: 'write',
        args: { region: 0, offset: 4, bytes: Uint8Array.of(9) },
      },
      { kind: 'call', time, id: 4, call: 'bind', args: {} },
      { kind: 'answer', time, id: 3, answer: { value: 1 } },
      { kind: 'answer', time, id: 4, answer: error(28, 'ENOSPC', 'x') },
      { kind: 'irq', time, action: 'assert', index: 2, subindex: 3, delivered: true },
      { ...dma, access: 'read', bytes: Uint8Array.of(1, 2) },
      { ...dma, access: 'copy', from: 8192 },
      { ...dma, access: 'write', ...error(14, 'EFAULT', 'dma.fault') },
      {
        kind: 'event',
        time,
        event: {
          kind: 'fault',
          pasid: 1,
          iova: 4096n,
          length: 2,
          access: 'write',
          cause: 'unmapped',
        },
      },
      { kind: 'event', time, event: { kind: 'error', message: 'oh' } },
      { kind: 'object-event', time, element: 7n, type: 1, bytes: Uint8Array.of(5) },
      { kind: 'end', time },
    ];
    const bytes = Buffer.concat([bytesOf([]), ...items.map((item) => encode(item))]);
    const { entries } = parseRecording(bytes);
    expect(entries).to.deep.equal(expected);
    // And they are written as the document has them.
    expect(Buffer.compare(bytesOf(entries), bytes)).to.equal(0);
  });

  it('row: kinds: the header is as it is documented', () => {
    const device = ['vfio-pci', [[7, 'config', 256, 3, [['ID', 0, 4]]]], [[1, 'MSI', 2]]];
    const bytes = encode(['mdevkit-recording', 1, ['u', 't-1', 'p'], device]);
    expect(parseRecording(bytes).header).to.deep.equal({
      version: 1,
      mdev: { uuid: 'u', type: 't-1', parent: 'p' },
      device: {
        deviceApi: 'vfio-pci',
        regions: [
          {
            index: 7,
            name: 'config',
            size: 256,
            flags: 3,
            registers: [{ name: 'ID', offset: 0, width: 4 }],
          },
        ],
        irqs: [{ index: 1, name: 'MSI', count: 2 }],
      },
    });
  });
});
