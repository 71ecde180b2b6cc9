import type { Iova } from '../dma/dma.js';
import type { IovaRange } from './iova-range.js';
import { RangeSet } from './range-set.js';

/**
 * Ranges that belong to somebody and go when that one goes, for example what each attached device reserves.
 * The ranges of two owners may overlap.
 *
 * Source: Linux drivers/iommu/iommufd/io_pagetable.c, iopt_reserve_iova, iopt_remove_reserved_iova.
 */
export class OwnedRanges {
  readonly #owned = new Map<object, RangeSet>();

  /** Adds to what `owner` has. Throws RangeError for what is not a range; nothing is added then. */
  add(owner: object, ranges: Iterable<IovaRange>): void {
    const all = new RangeSet(ranges);
    all.addAll(this.#owned.get(owner) ?? []);
    if (all.size > 0) {
      this.#owned.set(owner, all);
    }
  }

  /** Removes all that `owner` has, if anything. */
  remove(owner: object): void {
    this.#owned.delete(owner);
  }

  /** Whether any address of `start .. last` belongs to somebody. */
  overlaps(start: Iova, last: Iova): boolean {
    for (const ranges of this.#owned.values()) {
      if (ranges.overlaps(start, last)) {
        return true;
      }
    }
    return false;
  }

  /** What belongs to anybody; a set of its own. */
  union(): RangeSet {
    const union = new RangeSet();
    for (const ranges of this.#owned.values()) {
      union.addAll(ranges);
    }
    return union;
  }
}
