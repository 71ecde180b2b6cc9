import type { DmaEntry } from './call-entry.js';
import { TouchedBytes } from './touched-bytes.js';

const PIECE_BYTES = 1 << 16;

/** Bytes that a device is to leave in memory. */
export interface ExpectedBytes {
  readonly iova: bigint;
  readonly length: number;
  /** Undefined where they may be anything: the target of a copy, and a view for writing. */
  readonly pattern: Pattern | undefined;
}

/** The bytes themselves, or one value for all of them. */
export type Pattern = Uint8Array | { readonly value: number };

/** What memory holds after all accesses of a window, byte by byte by the last of them; the touched bytes are all of these. */
export function expectedBytes(window: readonly DmaEntry[]): {
  readonly expected: readonly ExpectedBytes[];
  readonly touched: TouchedBytes;
} {
  const touched = new TouchedBytes();
  const expected: ExpectedBytes[] = [];
  for (let index = window.length - 1; index >= 0; index -= 1) {
    const entry = window[index];
    if (entry !== undefined && isWrite(entry)) {
      for (const { at, length } of touched.take(BigInt(entry.iova), entry.length)) {
        const pattern = patternOf(entry, at, length);
        expected.push({ iova: BigInt(entry.iova) + BigInt(at), length, pattern });
      }
    }
  }
  return { expected: expected.reverse(), touched };
}

/** The first byte of `bytes` that is another than `pattern` says, and what it should be; undefined if there is none. */
export function firstOther(
  bytes: Uint8Array,
  pattern: Pattern,
): { readonly at: number; readonly wanted: number } | undefined {
  if (!(pattern instanceof Uint8Array)) {
    return firstUnfilled(bytes, pattern.value);
  }
  const wanted = pattern.subarray(0, bytes.length);
  if (Buffer.compare(bytes.subarray(0, wanted.length), wanted) === 0) {
    return undefined;
  }
  const at = wanted.findIndex((byte, index) => byte !== bytes[index]);
  return { at, wanted: wanted[at] ?? 0 };
}

/** Piece by piece, each at the speed of a comparison of memory. */
function firstUnfilled(
  bytes: Uint8Array,
  value: number,
): { readonly at: number; readonly wanted: number } | undefined {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const piece = bytes.subarray(at, at + PIECE_BYTES);
    // All bytes are the same if each is the one before it.
    const isFilled =
      piece[0] === value && Buffer.compare(piece.subarray(1), piece.subarray(0, -1)) === 0;
    if (!isFilled) {
      return { at: at + piece.findIndex((byte) => byte !== value), wanted: value };
    }
  }
  return undefined;
}

/** The same pattern from further on. */
export function patternFrom(pattern: Pattern, at: number): Pattern {
  return pattern instanceof Uint8Array ? pattern.subarray(at) : pattern;
}

/** What a device does with a view that it may write is not known; nor is what it copies. */
function isWrite({ access, error }: DmaEntry): boolean {
  return error === undefined && access !== 'read' && access !== 'request' && access !== 'access';
}

function patternOf({ access, bytes }: DmaEntry, at: number, length: number): Pattern | undefined {
  if (access === 'fill') {
    return { value: bytes?.[0] ?? 0 };
  }
  return access === 'write' ? bytes?.subarray(at, at + length) : undefined;
}
