import { failure } from '../errors/index.js';
import type { DmaAccess, Iova } from './dma.js';
import { distance, IOVA_END, isIova, normalIova } from './iova.js';

/** Granule of maps in bytes. */
export const IOMMU_PAGE_SIZE = 4096;

/** The kernel's default of vfio_iommu_type1's module parameter dma_entry_limit. */
export const DEFAULT_MAP_LIMIT = 65_535;

interface MapEntry {
  readonly start: Iova;
  /** The last byte, inclusive: an exclusive end could be 2^64. */
  readonly last: Iova;
  readonly memory: Uint8Array;
  /** Bytes of the map. `memory` may shrink under it: a client can detach or resize the buffer. */
  readonly size: number;
  readonly read: boolean;
  readonly write: boolean;
}

/** A byte range in one map. */
export interface Translation {
  readonly memory: Uint8Array;
  /** Where the range starts in `memory`. */
  readonly offset: number;
  /** Bytes from there to the end of the map. */
  readonly available: number;
}

/**
 * The memory that a client has lent to a device: which IOVA range is which bytes, with which permissions.
 * Rules, their order and their errnos are those of the kernel's type1 v2.
 *
 * Source: Linux drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_map, vfio_dma_do_unmap.
 */
export class AddressSpace {
  /** Ascending and without overlap, so a lookup is a binary search. */
  readonly #maps: MapEntry[] = [];
  readonly #limit: number;

  constructor(limit = DEFAULT_MAP_LIMIT) {
    this.#limit = limit;
  }

  get mapCount(): number {
    return this.#maps.length;
  }

  map(iova: Iova, memory: Uint8Array, read: boolean, write: boolean): void {
    const size = memory.length;
    const [start, last] = range(iova, size);
    if (!read && !write) {
      throw failure('dma.flags');
    }
    requireAligned(start, size);
    const at = this.#firstEndingAtOrAfter(start);
    const next = this.#maps[at];
    if (next !== undefined && next.start <= last) {
      throw failure('dma.overlap', { iova, size });
    }
    if (this.#maps.length >= this.#limit) {
      throw failure('dma.limit', { limit: this.#limit });
    }
    this.#maps.splice(at, 0, { start, last, memory, size, read, write });
  }

  /**
   * Removes every map inside the range and returns their bytes; a hole counts nothing. Nothing is removed if
   * the range would cut a map (EINVAL).
   */
  unmap(iova: Iova, size: number): number {
    const [start, last] = range(iova, size);
    requireAligned(start, size);
    const from = this.#firstEndingAtOrAfter(start);
    let to = from;
    let bytes = 0;
    for (let entry = this.#maps[to]; entry !== undefined && entry.start <= last;) {
      if (entry.start < start || entry.last > last) {
        throw failure('dma.cut', { iova, size });
      }
      bytes += entry.size;
      to += 1;
      entry = this.#maps[to];
    }
    this.#maps.splice(from, to - from);
    return bytes;
  }

  unmapAll(): void {
    this.#maps.length = 0;
  }

  /** The map that holds `iova` and allows the access, or undefined. */
  translate(iova: Iova, access: DmaAccess): Translation | undefined {
    const entry = this.#maps[this.#firstEndingAtOrAfter(iova)];
    if (entry === undefined || entry.start > iova || !entry[access] || isShort(entry)) {
      return undefined;
    }
    const offset = distance(entry.start, iova);
    return { memory: entry.memory, offset, available: entry.size - offset };
  }

  #firstEndingAtOrAfter(iova: Iova): number {
    let low = 0;
    let high = this.#maps.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#maps[middle];
      if (entry !== undefined && entry.last < iova) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

/** Whether the client took the memory away without unmapping it; the access then faults. */
function isShort(entry: MapEntry): boolean {
  return entry.memory.length < entry.size;
}

function range(iova: Iova, size: number): [start: Iova, last: Iova] {
  if (size === 0) {
    throw failure('dma.size');
  }
  if (!isIova(iova) || !Number.isSafeInteger(size) || size < 0) {
    throw failure('dma.overflow', { iova, size });
  }
  const start = BigInt(iova);
  const last = start + BigInt(size) - 1n;
  if (last >= IOVA_END) {
    throw failure('dma.overflow', { iova, size });
  }
  return [normalIova(start), normalIova(last)];
}

function requireAligned(start: Iova, size: number): void {
  const misaligned =
    typeof start === 'number' ? start % IOMMU_PAGE_SIZE : Number(start % BigInt(IOMMU_PAGE_SIZE));
  if (misaligned !== 0 || size % IOMMU_PAGE_SIZE !== 0) {
    throw failure('dma.alignment', { iova: start, size, pageSize: IOMMU_PAGE_SIZE });
  }
}
