import type { Area } from './area.js';

/** Of the kernel's smallest page; a larger map has an entry for each page that is used. */
const PAGE_SIZE = 4096;
/** Of a space without maps, of which there are many. */
const EMPTY_BITS = 1;
const FEWEST_BITS = 6;
const MOST_BITS = 21;
/** Knuth's multiplicative hash: pages in a row, or at any power of two apart, spread over the slots. */
const GOLDEN = 0x9e3779b1;

/**
 * A cache of translations by page, as an IOMMU's IOTLB: one slot for each hash, and four to eight slots for
 * each map (two for a million), so that maps at random places seldom share one. A map that is gone has size 0, so that removal
 * costs nothing here: its entries do not match any more.
 */
export class IoTlb {
  #bits = EMPTY_BITS;
  #slots: (Area | undefined)[] = emptySlots(EMPTY_BITS);

  find(iova: number): Area | undefined {
    const area = this.#slots[slotOf(iova, this.#bits)];
    return area?.holds(iova) === true ? area : undefined;
  }

  /** Remembers that `area`, one of `mapCount`, holds `iova`. */
  add(iova: number, area: Area, mapCount: number): void {
    if (mapCount * 4 > this.#slots.length && this.#bits < MOST_BITS) {
      this.#resize(mapCount);
    }
    this.#slots[slotOf(iova, this.#bits)] = area;
  }

  /** Forgets everything when most of the maps are gone: what is kept of them would be most of what is here. */
  shrink(mapCount: number): void {
    if (mapCount === 0) {
      this.#bits = EMPTY_BITS;
      this.#slots = emptySlots(EMPTY_BITS);
    } else if (mapCount * 32 < this.#slots.length && this.#bits > FEWEST_BITS) {
      this.#resize(mapCount);
    }
  }

  #resize(mapCount: number): void {
    const bits = 34 - Math.clz32(mapCount);
    this.#bits = Math.min(Math.max(bits, FEWEST_BITS), MOST_BITS);
    this.#slots = emptySlots(this.#bits);
  }
}

function slotOf(iova: number, bits: number): number {
  return Math.imul(Math.floor(iova / PAGE_SIZE) | 0, GOLDEN) >>> (32 - bits);
}

function emptySlots(bits: number): (Area | undefined)[] {
  return new Array<Area | undefined>(1 << bits).fill(undefined);
}
