import { encode } from 'cborg';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { MdevError } from '@mdevkit/core';
import { RECORDING_VERSION, type RecordingEntry, type RecordingHeader } from './entry.js';
import { MAGIC } from './item-kinds.js';
import { parseRecording, readRecording, RecordingReader, type RecordingPart } from './reader.js';
import { memorySink } from './sink.js';
import { RecordingWriter } from './writer.js';

const header: RecordingHeader = {
  version: RECORDING_VERSION,
  mdev: { uuid: 'u', type: 't-1', parent: 'p' },
  device: {
    deviceApi: 'vfio-pci',
    regions: [
      { index: 0, name: 'bar', size: 4096, flags: 3 },
      {
        index: 7,
        name: 'config',
        size: 256,
        flags: 3,
        registers: [{ name: 'A', offset: 0, width: 4 }],
      },
    ],
    irqs: [{ index: 1, name: 'msi', count: 2 }],
  },
};

const error = { errno: 5, code: 'EIO', reason: 'device.failed' };

const every: readonly RecordingEntry[] = [
  { kind: 'irq', time: 0, action: 'trigger', index: 0, subindex: 1, delivered: false },
  { kind: 'call', time: 0.5, id: 1, call: 'open', args: {} },
  { kind: 'answer', time: 0.75, id: 1, answer: { value: undefined } },
  {
    kind: 'call',
    time: 1,
    id: 2,
    call: 'read',
    args: { region: 0, offset: Number.NaN, length: 4 },
  },
  { kind: 'answer', time: 1, id: 2, answer: { error } },
  {
    kind: 'call',
    time: 1,
    id: 3,
    call: 'write',
    args: { region: 0, offset: -1.5, bytes: Uint8Array.of(1) },
  },
  {
    kind: 'dma',
    time: 1,
    access: 'read',
    pasid: 1,
    iova: 2n ** 60n,
    length: 2,
    bytes: Uint8Array.of(1, 2),
  },
  { kind: 'dma', time: 1, access: 'copy', pasid: 1, iova: 5, length: 2, from: 9 },
  { kind: 'dma', time: 1, access: 'request', pasid: 1, iova: 5, length: 2, error },
  {
    kind: 'call',
    time: 2,
    id: 4,
    call: 'set-irqs',
    args: { index: 0, flags: 36, start: 0, count: 3, slots: ['target', -1, 'source'] },
  },
  { kind: 'answer', time: 2, id: 3, answer: { value: 1 } },
  { kind: 'answer', time: 3, id: 4, answer: { error } },
  { kind: 'event', time: 3, event: { kind: 'request', graceMs: 0.5 } },
  {
    kind: 'event',
    time: 3,
    event: { kind: 'fault', pasid: 1, iova: 4n, length: 4, access: 'write', cause: 'permission' },
  },
  { kind: 'event', time: 3, event: { kind: 'error', message: 'oh' } },
  { kind: 'event', time: 3, event: { kind: 'lost', count: 3 } },
  { kind: 'object-event', time: 3, element: 2n ** 63n, type: 1, bytes: Uint8Array.of(7) },
  {
    kind: 'call',
    time: 3,
    id: 5,
    call: 'dma-map',
    args: { iova: 0, size: 4096, read: true, write: false },
  },
  { kind: 'event', time: 4, event: { kind: 'hangup', reason: 'gone' } },
  { kind: 'end', time: 4.001 },
];

function bytesOf(entries: readonly RecordingEntry[]): Uint8Array {
  const sink = memorySink();
  const writer = new RecordingWriter(sink, header);
  entries.forEach((entry) => {
    writer.write(entry);
  });
  writer.end();
  expect(sink.ended).to.equal(true);
  return sink.bytes;
}

/** A recording of one item after its header. */
function withItem(item: unknown): Uint8Array {
  return Buffer.concat([bytesOf([]), encode(item)]);
}

function problemOf(run: () => unknown): MdevError {
  try {
    run();
  } catch (thrown) {
    if (MdevError.is(thrown)) {
      return thrown;
    }
    throw thrown;
  }
  throw new Error('nothing was thrown');
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.subarray(at, at + size);
  }
}

describe('the format of recordings (docs/reference/recording.md)', () => {
  it('row: round trip: what is written is read, entry by entry', () => {
    expect(parseRecording(bytesOf(every))).to.deep.equal({ header, entries: every });
  });

  it('row: sequence: a recording is read in pieces of any size (RFC 8742)', async () => {
    const bytes = bytesOf(every);
    for (const size of [1, 3, 64, bytes.length]) {
      const parts: RecordingPart[] = [];
      for await (const part of readRecording(inPieces(bytes, size))) {
        parts.push(part);
      }
      expect(parts, `pieces of ${size}`).to.deep.equal([{ kind: 'header', header }, ...every]);
    }
  });

  it('row: magic: the first item begins with 0x84 0x71 and the name of the format', () => {
    const text = Buffer.from(bytesOf([]).subarray(0, 19)).toString('latin1');
    expect(text).to.equal(`\x84\x71${MAGIC}`);
  });

  it('row: one item: a call that is answered at once takes less than 20 bytes', () => {
    const call: RecordingEntry = {
      kind: 'call',
      time: 0.002,
      id: 1,
      call: 'read',
      args: { region: 0, offset: 16, length: 4 },
    };
    const answer: RecordingEntry = {
      kind: 'answer',
      time: 0.003,
      id: 1,
      answer: { value: new Uint8Array(4) },
    };
    expect(bytesOf([call, answer]).length - bytesOf([]).length).to.be.below(20);
  });

  it('row: cut: what is complete is read before the cut is told', () => {
    const bytes = bytesOf(every);
    for (let length = 0; length < bytes.length; length += 1) {
      const reader = new RecordingReader();
      const parts = [...reader.push(bytes.subarray(0, length))];
      const [first, ...entries] = parts;
      expect(entries).to.deep.equal(every.slice(0, entries.length));
      const thrown =
        first === undefined
          ? problemOf(() => {
              reader.end();
            })
          : undefined;
      expect(thrown?.details['truncated'] ?? true).to.equal(true);
    }
    const cut = bytes.subarray(0, bytes.length - 1);
    expect(problemOf(() => parseRecording(cut)).details).to.include({ truncated: true });
    const kept = parseRecording(cut, { allowTruncated: true });
    expect(kept.entries).to.deep.equal(every.slice(0, -1));
  });

  it('row: version: another one is refused by its own reason', () => {
    const bytes = encode([MAGIC, RECORDING_VERSION + 1, 'whatever', 'comes']);
    const { reason, details } = problemOf(() => parseRecording(bytes));
    expect([reason, details['version']]).to.deep.equal([
      'recording.version',
      RECORDING_VERSION + 1,
    ]);
  });

  const wrong: readonly (readonly [string, unknown])[] = [
    ['no array', { a: 1 }],
    ['an unknown kind', [99, 0]],
    ['a time that goes back', [8, -1]],
    ['an item that is too long', [8, 0, 0]],
    ['an item that is too short', [5, 0, 0, 0]],
    ['a code outside of its table', [2, 0, 99, []]],
    ['an argument of another type', [2, 0, 7, [0, 0, 'x']]],
    ['an argument too many', [2, 0, 0, [1]]],
    ['an answer to no call', [3, 0, 1, 0]],
    ['a slot that is none', [2, 0, 9, [0, 0, 0, 1, undefined, ['x']]]],
    ['bytes that are none', [6, 0, 0, 1, 0, 4, 'x']],
    ['a flag that is none', [5, 0, 0, 0, 0, 1]],
    ['an address that is none', [7, 0, 2, 1, 0.5, 4, 0, 0]],
    ['an error that is none', [1, 0, 0, [], 0, ['EIO']]],
  ];
  for (const [title, item] of wrong) {
    it(`row: checked: ${title} is refused with the place of its item`, () => {
      const { reason, details } = problemOf(() => parseRecording(withItem(item)));
      expect([reason, details['offset']]).to.deep.equal(['recording.format', bytesOf([]).length]);
    });
  }

  const registers: readonly (readonly [string, readonly unknown[]])[] = [
    ['that has no byte', [['A', 0, 0]]],
    ['of more than 8 bytes', [['A', 0, 9]]],
    ['of 512 MiB', [['A', 0, 2 ** 29]]],
    ['that its region does not have', [['A', 13, 4]]],
    ['too many', Array.from({ length: 1025 }, () => ['A', 0, 1])],
  ];
  for (const [title, rows] of registers) {
    it(`row: registers: a header with a register ${title} is refused`, () => {
      const device = ['vfio-pci', [[0, 'bar', 16, 3, rows]], []];
      const bytes = encode([MAGIC, RECORDING_VERSION, ['u', 't-1', 'p'], device]);
      const { reason, details } = problemOf(() => parseRecording(bytes));
      expect([reason, details['offset']]).to.deep.equal(['recording.format', 0]);
    });
  }

  it('row: sequence: each byte of an item is looked at once, in however many pieces it comes', () => {
    const bytes = withItem([9, 0, 1, 1, new Uint8Array(1 << 20)]);
    const numbers = withItem([0, 0, 4, [], 0, Array.from({ length: 1 << 18 }, () => 1)]);
    for (const whole of [bytes, numbers]) {
      const reader = new RecordingReader();
      let parts = 0;
      for (let at = 0; at < whole.length; at += 16) {
        parts += [...reader.push(whole.subarray(at, at + 16))].length;
      }
      reader.end();
      expect(parts).to.be.greaterThan(1);
    }
  });

  it('row: end: nothing comes after it', () => {
    const bytes = Buffer.concat([bytesOf([{ kind: 'end', time: 0 }]), encode([8, 0])]);
    expect(problemOf(() => parseRecording(bytes)).reason).to.equal('recording.format');
  });

  const refused: readonly (readonly [string, readonly number[]])[] = [
    ['tags', [0xc0, 0x00]],
    ['indefinite lengths', [0x9f]],
    ['reserved lengths', [0x1c]],
    ['deep nesting', Array.from({ length: 40 }, () => 0x81)],
    ['items beyond the limit', [0x5b, 0, 0, 0x10, 0, 0, 0, 0, 0]],
    ['more values than an item may have', [0x9a, 0x00, 0x10, 0x00, 0x01]],
    ['arrays beyond the limit', [0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['lengths that are not the shortest', [0x82, 0x18, 0x08, 0x00]],
  ];
  for (const [title, tail] of refused) {
    it(`row: limits: ${title} are refused, before anything is allocated (RFC 8949, 3)`, () => {
      const bytes = Buffer.concat([bytesOf([]), Uint8Array.from(tail)]);
      const { reason, details } = problemOf(() => parseRecording(bytes));
      expect([reason, details['offset']]).to.deep.equal(['recording.format', bytesOf([]).length]);
      expect(details['truncated']).to.equal(undefined);
    });
  }

  it('row: hostile: bytes that are changed are read or refused, and nothing else', () => {
    const bytes = bytesOf(every);
    const change = fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const copy = bytes.slice();
        for (const [at, value] of changes) {
          copy[at] = value;
        }
        try {
          parseRecording(copy);
          return true;
        } catch (thrown) {
          return MdevError.is(thrown) && thrown.reason.startsWith('recording.');
        }
      }),
      { seed: 20261121, numRuns: 3000 },
    );
  });
});
