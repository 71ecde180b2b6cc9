import type { DmaEntry } from './call-entry.js';
import { expectedBytes, firstOther, patternFrom, type Pattern } from './expected-bytes.js';
import { TouchedBytes } from './touched-bytes.js';

/** The memory that the recorded client had mapped, as far as the recording knows what was in it. */
interface ClientMap {
  readonly start: bigint;
  readonly size: number;
  readonly bytes: Uint8Array;
  /** The device has lost it, since the last window; it still is as the device has left it. */
  isLost: boolean;
}

/** Maps of up to so many bytes in all are looked through for writes that the recording does not have. */
const WATCHED_BYTES = 1 << 20;

/** Bytes of one window that are compared; a recording may ask for any number of them. */
const COMPARED_BYTES = 2 ** 28;

/** What a device is to find in its client's memory, and what it is to leave there. */
export class ClientMemory {
  #maps: ClientMap[] = [];
  /** Bytes of all of them. */
  #mapped = 0;
  /** Copies of the maps from before a window, if they are small. */
  #before: readonly { readonly map: ClientMap; readonly bytes: Uint8Array }[] = [];
  /** What is expected after the last window that was checked. */
  #plan: (ReturnType<typeof expectedBytes> & { readonly window: readonly DmaEntry[] }) | undefined;

  /** `bytes` are what the device is given. */
  map(iova: number | bigint, bytes: Uint8Array): void {
    this.#maps.push({ start: BigInt(iova), size: bytes.length, bytes, isLost: false });
    this.#mapped += bytes.length;
  }

  /** Maps that lie in the range are gone; what the device has written there can be checked until {@link settle}. */
  unmap(iova: number | bigint, size: number): void {
    const [start, end] = [BigInt(iova), BigInt(iova) + BigInt(size)];
    for (const map of this.#maps) {
      map.isLost ||= map.start >= start && map.start + BigInt(map.size) <= end;
    }
  }

  /** A window is over: what was unmapped in it is forgotten. */
  settle(): void {
    if (this.#maps.some(({ isLost }) => isLost)) {
      this.#maps = this.#maps.filter(({ isLost }) => !isLost);
      this.#mapped = this.#maps.reduce((sum, { size }) => sum + size, 0);
    }
  }

  /** That the device has. */
  get maps(): readonly { readonly start: bigint; readonly size: number }[] {
    return this.#maps.filter(({ isLost }) => !isLost);
  }

  clear(): void {
    this.#maps = [];
    this.#mapped = 0;
    this.#before = [];
    this.#plan = undefined;
  }

  /** Whether an access can be of this memory at all; a recording may say anything. */
  reaches({ iova, length }: DmaEntry): boolean {
    const isAddress = typeof iova === 'bigint' || Number.isSafeInteger(iova);
    return isAddress && Number.isSafeInteger(length) && length >= 0 && length <= this.#mapped;
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
    this.#before =
      this.#mapped <= WATCHED_BYTES
        ? this.#maps.map((map) => ({ map, bytes: map.bytes.slice() }))
        : [];
    this.#plan = undefined;
  }

  /** After it has happened: what is not in memory as it should be, in words. */
  check(window: readonly DmaEntry[]): readonly string[] {
    if (this.#plan?.window !== window) {
      this.#plan = { window, ...expectedBytes(window) };
    }
    const { expected, touched } = this.#plan;
    const wrong: string[] = [];
    let left = COMPARED_BYTES;
    for (const { iova, length, pattern } of expected) {
      if (pattern === undefined) {
        continue;
      }
      if (length > left) {
        return [...wrong, `${placeOf(iova)}: too much is written at once to be compared`];
      }
      left -= length;
      const text = this.#compare(iova, length, pattern);
      if (text !== undefined) {
        wrong.push(text);
      }
    }
    return [...wrong, ...this.#unexpected(touched)];
  }

  #compare(iova: bigint, length: number, pattern: Pattern): string | undefined {
    let done = 0;
    const end = pattern instanceof Uint8Array ? Math.min(pattern.length, length) : length;
    while (done < end) {
      const address = iova + BigInt(done);
      const map = this.#mapAt(address);
      if (map === undefined) {
        const wanted = pattern instanceof Uint8Array ? pattern[done] : pattern.value;
        return `${placeOf(address)}: expected ${hex(wanted)}, got no map`;
      }
      const at = Number(address - map.start);
      const part = map.bytes.subarray(at, at + end - done);
      const other = firstOther(part, patternFrom(pattern, done));
      if (other !== undefined) {
        const place = placeOf(address + BigInt(other.at));
        return `${place}: expected ${hex(other.wanted)}, got ${hex(part[other.at])}`;
      }
      done += part.length;
    }
    return undefined;
  }

  /** The last one that was mapped there: it may lie where another was. */
  #mapAt(address: bigint): ClientMap | undefined {
    return this.#maps.findLast(
      ({ start, size }) => address >= start && address < start + BigInt(size),
    );
  }

  /** The first byte of each map that has changed and should not have. */
  #unexpected(touched: TouchedBytes): readonly string[] {
    return this.#before.flatMap(({ map, bytes: before }) => {
      if (Buffer.compare(before, map.bytes) === 0) {
        return [];
      }
      for (let at = 0; at < before.length; at += 1) {
        if (before[at] !== map.bytes[at] && !touched.has(map.start + BigInt(at))) {
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

function placeOf(iova: bigint): string {
  return `memory at 0x${iova.toString(16)}`;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function hex(byte: number | undefined): string {
  return `0x${(byte ?? 0).toString(16).padStart(2, '0')}`;
}
