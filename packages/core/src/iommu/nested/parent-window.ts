import { failure } from '../../errors/index.js';
import type { DmaAccess, Iova } from '../dma/dma.js';
import { advance } from '../iova.js';
import type { MemoryObject } from '../memory/index.js';
import { accessBit, READ, WRITE, type AddressSpace, type Area } from '../space/index.js';
import type { HeldPiece, WindowHolds } from './window-holds.js';

/** Which part of the parent a window shows. */
export interface WindowRange {
  /** Where offset 0 of the window lies in the parent. */
  readonly base: Iova;
  /** Bytes. */
  readonly size: number;
  /** Bits READ and WRITE: what the map of the window allows. */
  readonly access: number;
}

/**
 * A part of another address space as memory: the second of two stages of translation. Nothing is remembered of
 * what the parent maps there; every access finds it anew, so that an unmap is seen at once. There is no byte
 * where the parent maps none or does not allow the access.
 *
 * Source: Intel VT-d Specification, section 3.6 (Nested Translation); Linux
 * drivers/iommu/iommufd/hw_pagetable.c, iommufd_hwpt_nested_alloc.
 */
export class ParentWindow implements MemoryObject {
  readonly size: number;
  /** Whether a part may be written is known at the access only. */
  readonly writable = true;
  readonly bytes = undefined;
  readonly #parent: AddressSpace;
  readonly #base: Iova;
  readonly #access: number;
  readonly #holds: WindowHolds;

  constructor(parent: AddressSpace, range: WindowRange, holds: WindowHolds) {
    this.#parent = parent;
    this.#base = range.base;
    this.size = range.size;
    this.#access = range.access;
    this.#holds = holds;
  }

  /** Where an offset lies in the parent. */
  parentIova(offset: number): Iova {
    return advance(this.#base, offset);
  }

  /** Throws EFAULT, as do `write` and `pin`, with the parent's reason: `nested.unmapped` and the following. */
  read(offset: number, into: Uint8Array): void {
    this.#transfer(offset, into, READ);
  }

  write(offset: number, from: Uint8Array): void {
    this.#transfer(offset, from, WRITE);
  }

  /** Where one map of the parent has all of the range, and a view of it. The caller has asked `covers` or pinned. */
  view(offset: number, length: number): Uint8Array | undefined {
    const iova = this.parentIova(offset);
    const area = this.#parent.find(iova);
    if (area === undefined) {
      return undefined;
    }
    const at = area.memoryOffset(iova);
    const isInside = bytesFrom(area, at) >= length && at + length <= area.memory.size;
    return isInside ? area.memory.view(at, length) : undefined;
  }

  /**
   * Pins the maps of the parent and the memory behind them, all of it or nothing. They have to allow what the
   * map of the window allows, whatever the pin is for: as the kernel pins the pages of a map.
   *
   * Source: Linux drivers/iommu/iommufd/pages.c, struct iopt_pages, writable.
   */
  pin(offset: number, length: number): Disposable {
    const pieces: HeldPiece[] = [];
    for (let done = 0; done < length;) {
      const iova = this.parentIova(offset + done);
      const area = this.#areaAt(iova, this.#access);
      const at = area.memoryOffset(iova);
      const size = Math.min(bytesFrom(area, at), length - done);
      requireThere(area, iova, at, size);
      pieces.push({ area, offset: at, size });
      done += size;
    }
    return this.#holds.hold({ window: this, offset, length, pieces });
  }

  /** True; throws as `read` what a device would have to know otherwise. */
  covers(offset: number, length: number, access: DmaAccess): boolean {
    for (let done = 0; done < length;) {
      const iova = this.parentIova(offset + done);
      const area = this.#areaAt(iova, accessBit(access));
      const at = area.memoryOffset(iova);
      const size = Math.min(bytesFrom(area, at), length - done);
      requireThere(area, iova, at, size);
      if (area.bytes === undefined && area.memory.covers?.(at, size, access) === false) {
        throw failure('nested.memory', { iova });
      }
      done += size;
    }
    return true;
  }

  #transfer(offset: number, data: Uint8Array, bit: number): void {
    const { length } = data;
    for (let done = 0; done < length;) {
      const iova = this.parentIova(offset + done);
      const area = this.#areaAt(iova, bit);
      const at = area.memoryOffset(iova);
      const size = Math.min(bytesFrom(area, at), length - done);
      requireThere(area, iova, at, size);
      const part = size === length ? data : data.subarray(done, done + size);
      if (bit === READ) {
        area.memory.read(at, part);
      } else {
        area.memory.write(at, part);
      }
      done += size;
    }
  }

  #areaAt(iova: Iova, needed: number): Area {
    const area = this.#parent.find(iova);
    if (area === undefined) {
      throw failure('nested.unmapped', { iova });
    }
    if ((needed & ~area.access) !== 0) {
      throw failure('nested.permission', { iova });
    }
    return area;
  }
}

/** Bytes of a map from an offset of its memory. */
function bytesFrom(area: Area, offset: number): number {
  return area.size - (offset - area.offset);
}

/** The owner of the memory may have taken it away since it was mapped. */
function requireThere(area: Area, iova: Iova, offset: number, size: number): void {
  if (offset + size > area.memory.size) {
    throw failure('nested.memory', { iova, available: area.memory.size });
  }
}
