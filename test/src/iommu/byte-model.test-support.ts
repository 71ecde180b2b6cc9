import { DmaFaultError, type DmaAccess, type DmaFault, type DmaSegment } from '@mdevkit/core';

export type Cause = DmaFault['cause'];

/** A map of one memory. */
export interface MapWindow {
  readonly iova: bigint;
  readonly offset: number;
  readonly size: number;
  readonly read?: boolean;
  readonly write?: boolean;
}

/** What `run` answers, or why it faulted. */
export function outcomeOf<T>(run: () => T): T | Cause {
  try {
    return run();
  } catch (error) {
    if (error instanceof DmaFaultError) {
      return error.fault.cause;
    }
    throw error;
  }
}

/** What devices do to one memory that is mapped in windows, said with one array. */
export class ByteModel {
  readonly bytes: Uint8Array;
  readonly #windows: readonly MapWindow[];

  constructor(bytes: Uint8Array, windows: readonly MapWindow[]) {
    this.bytes = bytes;
    this.#windows = windows;
  }

  /** The parts of the array that a range is, or the cause of its first byte that cannot be accessed. */
  parts(iova: bigint, length: number, access: DmaAccess): Uint8Array[] | Cause {
    const parts: Uint8Array[] = [];
    for (let done = 0; done < length;) {
      const at = iova + BigInt(done);
      const window = this.#windows.find((w) => at >= w.iova && at < w.iova + BigInt(w.size));
      if (window === undefined) {
        return 'unmapped';
      }
      if (window[access] === false) {
        return 'permission';
      }
      const skipped = Number(at - window.iova);
      const start = window.offset + skipped;
      const count = Math.min(window.size - skipped, length - done);
      parts.push(this.bytes.subarray(start, start + count));
      done += count;
    }
    return parts;
  }

  /** The parts of all segments, or the cause of the first one that cannot be accessed. */
  list(segments: readonly DmaSegment[], access: DmaAccess): Uint8Array[] | Cause {
    const all: Uint8Array[] = [];
    for (const { iova, length } of segments) {
      const parts = this.parts(BigInt(iova), length, access);
      if (typeof parts === 'string') {
        return parts;
      }
      all.push(...parts);
    }
    return all;
  }
}

/** The bytes of the parts in one array of their own. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** Stores `data` in the parts in turn. */
export function storeIn(parts: readonly Uint8Array[], data: Uint8Array): void {
  let done = 0;
  for (const part of parts) {
    part.set(data.subarray(done, done + part.length));
    done += part.length;
  }
}

/** Bytes that tell where they come from. */
export function pattern(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    bytes[i] = seed + 7 * i + (i >> 8);
  }
  return bytes;
}
