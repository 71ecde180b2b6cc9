import type { RangeHandler } from './range-handler.js';

/** What no range covers: reads as zero and ignores writes. */
export const unclaimed: RangeHandler = Object.freeze({
  read(_offset: number, data: DataView, at: number, length: number): number {
    new Uint8Array(data.buffer, data.byteOffset + at, length).fill(0);
    return length;
  },
  write(_offset: number, _data: DataView, _at: number, length: number): number {
    return length;
  },
});
