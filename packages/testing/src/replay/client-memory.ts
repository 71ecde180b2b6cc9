import type { RecordingEntry } from '../record/index.js';
import { TouchedBytes } from './touched-bytes.js';

type DmaEntry = Extract<RecordingEntry, { readonly kind: 'dma' }>;

/** The memory that the recorded client had mapped, as far as the recording knows what was in it. */
interface ClientMap {
  readonly start: bigint;
  readonly size: number;
  readonly bytes: Uint8Array;
}

/** Maps of up to so many bytes in all are looked through for writes that the recording does not have. */
const WATCHED_BYTES = 1 << 20;

/** What a device is to find in its client's memory, and what it is to leave there. */
export class ClientMemory {
  #maps: ClientMap[] = [];
  /** Copies of the maps from before a window, if they are small. */
  #before: readonly Uint8Array[] | undefined;

  /** `bytes` are what the device is given. */
  map(iova: number | bigint, bytes: Uint8Array): void {
    this.#maps.push({ start: BigInt(iova), size: bytes.length, bytes });
  }

  /** Maps that lie in the range are gone. */
  unmap(iova: number | bigint, size: number): void {
    const [start, end] = [BigInt(iova), BigInt(iova) + BigInt(size)];
    this.#maps = this.#maps.filter(
      (map) => map.start < start || map.start + BigInt(map.size) > end,
    );
  }

  get maps(): readonly { readonly start: bigint; readonly size: number }[] {
    return this.#maps;
  }

  clear(): void {
    this.#maps = [];
  }

  /** Whether an access can be of this memory at all; a recording may say anything. */
  reaches({ iova, length }: DmaEntry): boolean {
    const mapped = this.#maps.reduce((sum, { size }) => sum + size, 0);
    const isAddress = typeof iova === 'bigint' || Number.isSafeInteger(iova);
    return isAddress && Number.isSafeInteger(length) && length >= 0 && length <= mapped;
  }

  /** Before what is in `window` happens: puts into memory what the device is to read, unless it has written it itself. */
  prepare(window: readonly DmaEntry[]): void {
    const touched = new TouchedBytes();
    for (const { access, iova, length, bytes, error } of window) {
      if (error === undefined && access !== 'request' && access !== 'access') {
        const isRead = access === 'read' || access === 'view';
        for (const run of touched.take(BigInt(iova), length)) {
          if (isRead && bytes !== undefined) {
            this.#put(BigInt(iova) + BigInt(run.at), bytes.subarray(run.at, run.at + run.length));
          }
        }
      }
    }
    const total = this.#maps.reduce((sum, { size }) => sum + size, 0);
    this.#before =
      total <= WATCHED_BYTES ? this.#maps.map(({ bytes }) => bytes.slice()) : undefined;
  }

  /** After it has happened: what is not in memory as it should be, in words. */
  check(window: readonly DmaEntry[]): readonly string[] {
    const touched = new TouchedBytes();
    const wrong: string[] = [];
    for (const entry of [...window].reverse()) {
      const { access, iova, length, error } = entry;
      // What a device does with a view that it may write is not known; nor is what it copies.
      if (error === undefined && access !== 'read' && access !== 'request' && access !== 'access') {
        const expected = writtenBytes(entry);
        for (const run of touched.take(BigInt(iova), length)) {
          const part = expected?.subarray(run.at, run.at + run.length);
          const text = this.#compare(BigInt(iova) + BigInt(run.at), part);
          if (text !== undefined) {
            wrong.unshift(text);
          }
        }
      }
    }
    return [...wrong, ...this.#unexpected(touched)];
  }

  #compare(iova: bigint, expected: Uint8Array | undefined): string | undefined {
    if (expected === undefined || expected.length === 0) {
      return undefined;
    }
    const map = this.#maps.find(({ start, size }) => iova >= start && iova < start + BigInt(size));
    if (map === undefined) {
      return `${placeOf(iova)}: expected ${hex(expected[0])}, got no map`;
    }
    const at = Number(iova - map.start);
    const part = map.bytes.subarray(at, at + expected.length);
    const wanted = expected.subarray(0, part.length);
    if (Buffer.compare(part, wanted) === 0) {
      return this.#compare(iova + BigInt(part.length), expected.subarray(part.length));
    }
    const wrong = wanted.findIndex((byte, index) => byte !== part[index]);
    const [want, got] = [hex(wanted[wrong]), hex(part[wrong])];
    return `${placeOf(iova + BigInt(wrong))}: expected ${want}, got ${got}`;
  }

  /** The first byte of each map that has changed and should not have. */
  #unexpected(touched: TouchedBytes): readonly string[] {
    return (this.#before ?? []).flatMap((before, index) => {
      const map = this.#maps[index];
      if (map === undefined || Buffer.compare(before, map.bytes) === 0) {
        return [];
      }
      for (let at = 0; at < before.length; at += 1) {
        if (before[at] !== map.bytes[at] && touched.take(map.start + BigInt(at), 1).length > 0) {
          const place = placeOf(map.start + BigInt(at));
          return [`${place}: not to be written, got ${hex(map.bytes[at])}`];
        }
      }
      return [];
    });
  }

  #put(iova: bigint, bytes: Uint8Array): void {
    for (const { start, size, bytes: memory } of this.#maps) {
      const from = start > iova ? start : iova;
      const end = min(start + BigInt(size), iova + BigInt(bytes.length));
      if (from < end) {
        const part = bytes.subarray(Number(from - iova), Number(end - iova));
        memory.set(part, Number(from - start));
      }
    }
  }
}

function writtenBytes({ access, length, bytes }: DmaEntry): Uint8Array | undefined {
  if (access === 'fill') {
    return new Uint8Array(length).fill(bytes?.[0] ?? 0);
  }
  return access === 'write' ? bytes : undefined;
}

function placeOf(iova: bigint): string {
  return `memory at 0x${iova.toString(16)}`;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function hex(byte: number | undefined): string {
  return `0x${(byte ?? 0).toString(16).padStart(2, '0')}`;
}
