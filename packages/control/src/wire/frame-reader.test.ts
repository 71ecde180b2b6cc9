import { closeSync, fstatSync, openSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { FrameReader, type FrameSource } from './frame-reader.js';
import { DESCRIPTORS, HEADER_SIZE, ID, SIZE } from './frame.js';

/** One receive: its bytes, the descriptors that end it, and whether some were lost. */
interface Piece {
  readonly bytes: Uint8Array;
  readonly fds?: readonly number[];
  readonly lost?: boolean;
}

/** A stream that gives pieces, one with each receive, and then nothing. */
function source(pieces: readonly Piece[]): FrameSource {
  const rest = [...pieces];
  let current: Piece | undefined;
  let taken = 0;
  return {
    receive: (buffer, at, length) => {
      const piece = rest[0];
      current = undefined;
      if (piece === undefined) {
        return -1;
      }
      const part = piece.bytes.subarray(taken, taken + length);
      buffer.bytes.set(part, at);
      taken += part.length;
      if (taken === piece.bytes.length) {
        current = rest.shift();
        taken = 0;
      }
      return part.length;
    },
    get hasDescriptors() {
      return (current?.fds?.length ?? 0) > 0;
    },
    get descriptorsTruncated() {
      return current?.lost === true;
    },
    takeDescriptors: () => [...(current?.fds ?? [])],
  };
}

function frame(id: number, descriptors = 0, payload = new Uint8Array(0)): Uint8Array {
  const bytes = new Uint8Array(HEADER_SIZE + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(SIZE, bytes.length, true);
  view.setUint32(ID, id, true);
  view.setUint16(DESCRIPTORS, descriptors, true);
  bytes.set(payload, HEADER_SIZE);
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function files(count: number): number[] {
  return Array.from({ length: count }, () => openSync('/dev/null', 'r'));
}

const limits = { maxFrame: 128, maxDescriptors: 4 };

describe('FrameReader (docs/reference/control-wire.md, Frames; net/unix/af_unix.c, unix_stream_read_generic)', () => {
  it('descriptors belong to the frames that count them, in their order', () => {
    const [one = -1, two = -1, three = -1] = files(3);
    using reader = new FrameReader(
      source([
        { bytes: joined(frame(1), frame(2, 2)), fds: [one, two] },
        { bytes: joined(frame(3), frame(4, 1)), fds: [three] },
      ]),
      limits,
    );
    const seen: unknown[] = [];
    while (reader.next()) {
      seen.push([reader.id, reader.takeDescriptors()]);
    }
    expect(seen).to.deep.equal([
      [1, []],
      [2, [one, two]],
      [3, []],
      [4, [three]],
    ]);
    expect(reader.problem).to.equal(undefined);
    [one, two, three].forEach((fd) => {
      closeSync(fd);
    });
  });

  it('control socket descriptors lost: the frame says so, the others are closed, and the next one is whole', () => {
    const [one = -1, two = -1] = files(2);
    using reader = new FrameReader(
      source([
        { bytes: joined(frame(1), frame(2, 3)), fds: [one], lost: true },
        { bytes: frame(3, 1), fds: [two] },
      ]),
      limits,
    );
    const seen: unknown[] = [];
    while (reader.next()) {
      seen.push([reader.id, reader.lost, reader.takeDescriptors()]);
    }
    expect(seen).to.deep.equal([
      [1, false, []],
      [2, true, []],
      [3, false, [two]],
    ]);
    expect(() => fstatSync(one)).to.throw('EBADF');
    closeSync(two);
  });

  it('what nobody takes is closed by the next frame, and by the end', () => {
    const fds = files(3);
    const [one = -1, two = -1, three = -1] = fds;
    {
      using reader = new FrameReader(
        source([
          { bytes: frame(1, 1), fds: [one] },
          { bytes: frame(2, 1), fds: [two] },
          { bytes: frame(3, 2).subarray(0, 5), fds: [three] },
        ]),
        limits,
      );
      expect(reader.next() && reader.next()).to.equal(true);
      expect(() => fstatSync(one)).to.throw('EBADF');
      expect(reader.next()).to.equal(false);
      expect(reader.nextType).to.equal(undefined);
    }
    for (const fd of fds) {
      expect(() => fstatSync(fd)).to.throw('EBADF');
    }
  });

  it('any frames in any pieces come out as they are (own rule)', () => {
    const payloads = fc.array(fc.uint8Array({ maxLength: 112 }), { maxLength: 60 });
    fc.assert(
      fc.property(payloads, fc.array(fc.integer({ min: 1, max: 300 })), (sent, cuts) => {
        const bytes = joined(...sent.map((payload, id) => frame(id, 0, payload)));
        const pieces: Piece[] = [];
        let at = 0;
        for (const cut of cuts) {
          pieces.push({ bytes: bytes.subarray(at, at + cut) });
          at += cut;
        }
        pieces.push({ bytes: bytes.subarray(at) });
        using reader = new FrameReader(
          source(pieces.filter(({ bytes: { length } }) => length > 0)),
          limits,
        );
        const got: number[][] = [];
        // What one `next` asks the socket is bounded.
        for (let idle = 0; idle < 3 || reader.hasFrame;) {
          if (reader.next()) {
            got.push([...reader.bytes.subarray(reader.at, reader.at + reader.length)]);
          } else {
            idle++;
          }
        }
        expect(got).to.deep.equal(sent.map((payload) => [...payload]));
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });
});
