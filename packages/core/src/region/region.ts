import type { RegionCapability } from '../device/contract.js';
import { failure } from '../errors/catalogue.js';
import { isNatural } from './natural-split.js';
import { RangeTable } from './range-table.js';
import type { FilePlace } from '../iommu/memory/index.js';
import { DeviceMemory } from './device-memory.js';
import { MMAP_PAGE } from './mmap-page.js';
import type { RegisterPlace } from './range-handler.js';
import { mappableRanges, regionCapabilities, regionFile, regionFlags } from './region-info.js';
import type { Doorbell, MemoryRange, RegionSpec } from './region-spec.js';
import { Transfers } from './transfer.js';
import { unclaimed } from './unclaimed.js';

/**
 * What is at an offset of a region: a register by its name, with its offset in the region; memory; a handler that does not
 * say; or nothing.
 */
export type RegionPlace =
  | ({ readonly kind: 'register' } & RegisterPlace)
  | { readonly kind: 'memory' | 'trapped' | 'hole' };

/**
 * A region of a device: its ranges, and the rules of an access to it. The rules apply in this order:
 *
 * 1. nothing to do: 0 bytes
 * 2. direction (`region.direction`, EINVAL)
 * 3. bounds (`region.range`, EINVAL, or `region.beyond`, EFAULT), then clipping
 * 4. decoding (`region.disabled`, EIO)
 * 5. the ranges, in ascending order
 *
 * Source: drivers/vfio/pci/vfio_pci_core.c (vfio_pci_core_read, vfio_pci_rw) and
 * drivers/vfio/pci/vfio_pci_rdwr.c (vfio_pci_bar_rw, vfio_pci_core_do_io_rw).
 */
export class Region {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** VFIO_REGION_INFO_FLAG_*. */
  readonly flags: number;
  readonly capabilities: readonly RegionCapability[];
  /** The file from which another process maps it: offset x of the region is at `file.offset + x`. */
  readonly file: FilePlace | undefined;
  /** Writes for which the device offers eventfds. */
  readonly doorbells: readonly Doorbell[];
  readonly #readable: boolean;
  readonly #writable: boolean;
  readonly #faults: boolean;
  readonly #mappable: readonly MemoryRange[];
  readonly #ioeventfd: RegionSpec['ioeventfd'];
  readonly #table: RangeTable;
  readonly #transfers: Transfers;

  /** Throws RangeError when ranges or doorbells overlap, leave the region, or can be mapped but are not aligned. */
  constructor(spec: RegionSpec) {
    this.name = spec.name;
    this.size = spec.size;
    this.#table = new RangeTable(spec);
    this.#transfers = new Transfers(spec.name, this.#table, spec.accessible);
    this.#mappable = mappableRanges(spec);
    this.capabilities = regionCapabilities(spec, this.#mappable);
    this.file = regionFile(this.#mappable);
    this.doorbells = doorbellsOf(spec);
    this.flags = regionFlags(spec, this.#mappable, this.capabilities);
    this.#readable = spec.access !== 'wo';
    this.#writable = spec.access !== 'ro';
    this.#faults = spec.bounds === 'fault';
    this.#ioeventfd = spec.ioeventfd;
  }

  /**
   * Reads into `data[at .. at + length)`. Returns the bytes served, fewer at the end of the region or after
   * a short count of a handler, or a promise of them once a handler answered with a promise; `data` must
   * then stay untouched until it settles. What a handler throws comes through as it is.
   *
   * Throws (or rejects with) `region.direction`, `region.range`, `region.beyond`, `region.disabled`,
   * `model.count`; RangeError when the window is not inside `data`.
   */
  read(offset: number, data: DataView, at: number, length: number): number | Promise<number> {
    const range = this.#table.last;
    if (
      this.#readable &&
      offset >= range.offset &&
      offset + length <= range.end &&
      isNatural(offset, length) &&
      at >= 0 &&
      at + length <= data.byteLength
    ) {
      this.#transfers.requireAccessible();
      const answer = range.handler.read(offset - range.offset, data, at, length);
      return answer === length ? answer : this.#settle(false, offset, data, at, length, answer);
    }
    const inside = this.#admit(this.#readable, offset, data, at, length);
    return inside === 0 ? 0 : this.#transfers.run(false, offset, data, at, inside);
  }

  /** Writes `data[at .. at + length)`; otherwise as {@link Region.read}. */
  write(offset: number, data: DataView, at: number, length: number): number | Promise<number> {
    const range = this.#table.last;
    if (
      this.#writable &&
      offset >= range.offset &&
      offset + length <= range.end &&
      isNatural(offset, length) &&
      at >= 0 &&
      at + length <= data.byteLength
    ) {
      this.#transfers.requireAccessible();
      const answer = range.handler.write(offset - range.offset, data, at, length);
      return answer === length ? answer : this.#settle(true, offset, data, at, length, answer);
    }
    const inside = this.#admit(this.#writable, offset, data, at, length);
    return inside === 0 ? 0 : this.#transfers.run(true, offset, data, at, inside);
  }

  /**
   * The device's own bytes of `[offset, offset + length)`, without a copy. As for mmap(2), `offset` is a
   * multiple of 4096 and `length` is not 0. A region that does not decode accesses can still be mapped
   * (drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_mmap).
   *
   * Throws `region.mmap` unless all of it is in one range that can be mapped.
   */
  mmap(offset: number, length: number): Uint8Array {
    if (Number.isSafeInteger(length) && length > 0 && offset % MMAP_PAGE === 0) {
      for (const range of this.#mappable) {
        if (offset >= range.offset && offset + length <= range.offset + range.memory.size) {
          return range.memory.view(offset - range.offset, length);
        }
      }
    }
    throw failure('region.mmap', { region: this.name, offset, length });
  }

  /**
   * Whether an eventfd may write `length` bytes at `offset`.
   * Source: drivers/vfio/pci/vfio_pci_rdwr.c, vfio_pci_ioeventfd.
   */
  allowsIoeventfd(offset: number, length: number): boolean {
    return (
      this.#ioeventfd !== undefined &&
      offset + length <= this.size &&
      !this.#ioeventfd.except?.some(
        (area) => offset < area.offset + area.size && offset + length > area.offset,
      )
    );
  }

  /** What a client meets at `offset`, for people and tools. No side effects. */
  placeAt(offset: number): RegionPlace {
    const range = this.#table.at(offset);
    if (range === undefined || range.handler === unclaimed) {
      return { kind: 'hole' };
    }
    if (range.handler instanceof DeviceMemory) {
      return { kind: 'memory' };
    }
    if (range.handler.registerAt === undefined) {
      return { kind: 'trapped' };
    }
    const place = range.handler.registerAt(offset - range.offset);
    return place === undefined
      ? { kind: 'hole' }
      : { kind: 'register', ...place, offset: place.offset + range.offset };
  }

  /** No access that still waits for a handler goes on: the client is gone, or the device is reset. */
  endTransfers(): void {
    this.#transfers.end();
  }

  /** Every memory and handler back to the state of a fresh open. */
  reset(): void {
    this.endTransfers();
    for (const handler of this.#table.handlers()) {
      handler.reset?.();
    }
  }

  /** Rules 1 to 4; returns how many bytes of the access lie inside the region. */
  #admit(allowed: boolean, offset: number, data: DataView, at: number, length: number): number {
    if (length === 0) {
      return 0;
    }
    if (!(at >= 0 && length > 0 && at + length <= data.byteLength)) {
      throw new RangeError(
        `region ${this.name}: ${length} bytes at ${at} are not inside a buffer of ${data.byteLength}`,
      );
    }
    if (!allowed) {
      throw failure('region.direction', { region: this.name });
    }
    const inside = this.#clip(offset, length);
    this.#transfers.requireAccessible();
    return inside;
  }

  #clip(offset: number, length: number): number {
    if (!Number.isSafeInteger(offset) || offset < 0) {
      throw failure('region.range', { region: this.name, offset, length, size: this.size });
    }
    if (offset + length <= this.size) {
      return length;
    }
    if (this.#faults) {
      throw failure('region.beyond', { region: this.name, offset, length, size: this.size });
    }
    if (offset >= this.size) {
      throw failure('region.range', { region: this.name, offset, length, size: this.size });
    }
    return this.size - offset;
  }

  /** The single access of the fast path did not answer with `length` at once. */
  #settle(
    isWrite: boolean,
    offset: number,
    data: DataView,
    at: number,
    length: number,
    answer: number | Promise<number>,
  ): number | Promise<number> {
    return typeof answer === 'number'
      ? this.#transfers.checked(answer, length)
      : this.#transfers.resume(isWrite, offset, data, at, length, 0, length, answer);
  }
}

function doorbellsOf({ name, size, ioeventfd }: RegionSpec): readonly Doorbell[] {
  const doorbells = ioeventfd?.doorbells ?? [];
  for (const { offset, width } of doorbells) {
    if (!Number.isSafeInteger(offset) || offset < 0 || offset + width > size) {
      throw new RangeError(`region ${name}: the doorbell at ${offset} is not inside`);
    }
  }
  return Object.freeze([...doorbells]);
}
