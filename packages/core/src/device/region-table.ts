import { failure } from '../errors/index.js';
import { MAX_REGION_SIZE, type Region } from '../region/index.js';
import type { RegionInfo } from './contract.js';
import { absent, type RegionSlot } from './model.js';

/** Regions lie 1 TiB apart in the file that holds all of them, as in vfio-pci; not an ABI. */
export const REGION_SPACING = MAX_REGION_SIZE;

/** The regions of one device by index. */
export class RegionTable {
  readonly #slots: readonly RegionSlot[];
  /** The implemented ones, for the hot path: an index that is not in use holds undefined. */
  readonly #regions: readonly (Region | undefined)[];

  constructor(slots: readonly RegionSlot[]) {
    this.#slots = slots;
    this.#regions = slots.map((slot) => (slot === absent ? undefined : slot));
  }

  get size(): number {
    return this.#slots.length;
  }

  /** The region of an index that can be accessed. Throws EINVAL. */
  get(index: number): Region {
    const region = this.#regions[index];
    if (region === undefined) {
      throw this.#slots[index] === absent || !(index in this.#slots)
        ? failure('region.index', { index })
        : failure('region.range', { index, size: 0 });
    }
    return region;
  }

  /** The region of an index, if it is implemented. */
  find(index: number): Region | undefined {
    return this.#regions[index];
  }

  /** An unimplemented index has size 0 and no flags; an absent one, or one beyond the table, is EINVAL. */
  info(index: number): RegionInfo {
    const slot = this.#slots[index];
    if (slot === absent || !(index in this.#slots)) {
      throw failure('region.index', { index });
    }
    return {
      index,
      flags: slot?.flags ?? 0,
      size: slot?.size ?? 0,
      offset: index * REGION_SPACING,
      capabilities: slot?.capabilities ?? [],
    };
  }

  endTransfers(): void {
    for (const region of this.#regions) {
      region?.endTransfers();
    }
  }

  reset(): void {
    for (const region of this.#regions) {
      region?.reset();
    }
  }
}
