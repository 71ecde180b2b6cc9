import { failure, type CoreReason } from '../../errors/index.js';
import type { Iova } from '../dma/dma.js';
import { isAligned, isIova } from '../iova.js';
import { OwnedRanges, RangeSet, type IovaRange } from '../ranges/index.js';
import type { AreaMap } from './area-map.js';
import type { Personality } from './personality.js';
import {
  EVERY_PAGE_SIZE,
  IOMMU_PAGE_SIZE,
  type Checkpoint,
  type SpaceConstraints,
} from './requests.js';

/**
 * What the attachments and accesses of a space ask of its maps, and the ranges that its user allows. The
 * alignment is that of the most demanding one, and falls again when that one leaves.
 *
 * Source: Linux drivers/iommu/iommufd/io_pagetable.c, iopt_table_add_domain, iopt_calculate_iova_alignment.
 */
export class Constraints {
  readonly #personality: Personality;
  readonly #areas: AreaMap;
  readonly #checkpoint: Checkpoint | undefined;
  readonly #owners = new Map<object, SpaceConstraints>();
  readonly #reserved = new OwnedRanges();
  #reservedUnion = new RangeSet();
  #allowed: RangeSet | undefined;
  #alignment: number;

  constructor(personality: Personality, areas: AreaMap, checkpoint: Checkpoint | undefined) {
    this.#personality = personality;
    this.#areas = areas;
    this.#checkpoint = checkpoint;
    this.#alignment = personality.alignment;
  }

  get alignment(): number {
    return this.#alignment;
  }

  get ownerCount(): number {
    return this.#owners.size;
  }

  /** What all attachments can map, as a bitmap of powers of two. */
  get pageSizes(): bigint {
    let sizes = EVERY_PAGE_SIZE;
    for (const { pageSizes } of this.#owners.values()) {
      sizes &= pageSizes === undefined ? EVERY_PAGE_SIZE : collapsed(pageSizes);
    }
    return sizes;
  }

  /** What can be mapped at all. */
  get usable(): RangeSet {
    return this.#reservedUnion.complement();
  }

  /** Where a place may be chosen. */
  get choosable(): RangeSet {
    return this.#allowed === undefined ? this.usable : this.usable.intersect(this.#allowed);
  }

  isReserved(start: Iova, last: Iova): boolean {
    return this.#reservedUnion.overlaps(start, last);
  }

  /**
   * Replaces what `owner` asks, if anything. Throws what the personality says when the maps that are there do
   * not fit; nothing is changed then.
   */
  add(owner: object, constraints: SpaceConstraints): void {
    this.#checkpoint?.('constrain.check');
    const { conflict } = this.#personality;
    const alignment = Math.max(this.#alignment, this.#alignmentOf(constraints));
    const reserved = new RangeSet(constraints.reserved);
    this.#requireAligned(alignment, conflict);
    for (const { start, last } of reserved) {
      if (this.#areas.overlaps(start, last)) {
        throw failure(conflict, { start, last, problem: 'a map lies in a reserved range' });
      }
      if (this.#allowed?.overlaps(start, last) === true) {
        throw failure('ioas.allowed-reserved', { start, last });
      }
    }
    this.#checkpoint?.('constrain.apply');
    this.#owners.set(owner, constraints);
    this.#reserved.remove(owner);
    this.#reserved.add(owner, reserved);
    this.#recalculate();
  }

  remove(owner: object): void {
    this.#owners.delete(owner);
    this.#reserved.remove(owner);
    this.#recalculate();
  }

  /**
   * Replaces the list of ranges in which a place may be chosen; none allows all.
   *
   * Source: Linux drivers/iommu/iommufd/ioas.c, iommufd_ioas_allow_iovas.
   */
  allow(ranges: readonly IovaRange[]): void {
    const allowed = new RangeSet();
    for (const { start, last } of ranges) {
      const isRange = isIova(start) && isIova(last) && start < last;
      if (!isRange || allowed.overlaps(start, last)) {
        throw failure('ioas.range', { start, last });
      }
      allowed.add(start, last);
    }
    for (const { start, last } of allowed) {
      if (this.#reservedUnion.overlaps(start, last)) {
        throw failure('ioas.allowed-reserved', { start, last });
      }
    }
    this.#allowed = ranges.length === 0 ? undefined : allowed;
  }

  #requireAligned(alignment: number, conflict: CoreReason): void {
    if (alignment <= this.#alignment) {
      return;
    }
    for (const area of this.#areas.all()) {
      const aligned = isAligned(area.start, alignment) && area.size % alignment === 0;
      if (!aligned || area.offset % alignment !== 0) {
        throw failure(conflict, { iova: area.start, size: area.size, alignment });
      }
    }
  }

  #recalculate(): void {
    this.#alignment = this.#personality.alignment;
    for (const constraints of this.#owners.values()) {
      this.#alignment = Math.max(this.#alignment, this.#alignmentOf(constraints));
    }
    this.#reservedUnion = this.#reserved.union();
  }

  #alignmentOf({ pageSizes }: SpaceConstraints): number {
    if (pageSizes === undefined) {
      return 1;
    }
    const smallest = smallestPage(pageSizes);
    if (this.#personality.name === 'iommufd' && smallest > IOMMU_PAGE_SIZE) {
      throw failure('ioas.page-size', { smallest });
    }
    return smallest;
  }
}

/** The lowest bit. */
function smallestPage(pageSizes: bigint): number {
  if (pageSizes <= 0n) {
    throw failure('ioas.page-size', { pageSizes });
  }
  return Number(pageSizes & -pageSizes);
}

/** Pages smaller than the kernel's count as that (vfio_iommu_type1.c, vfio_update_pgsize_bitmap). */
function collapsed(pageSizes: bigint): bigint {
  const small = BigInt(IOMMU_PAGE_SIZE) - 1n;
  return (pageSizes & small) === 0n ? pageSizes : (pageSizes & ~small) | BigInt(IOMMU_PAGE_SIZE);
}
