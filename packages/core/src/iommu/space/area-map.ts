import sortedBtree from 'sorted-btree';
import type { Iova } from '../dma/dma.js';
import type { Area } from './area.js';
import { IoTlb } from './io-tlb.js';

const { default: BTree } = sortedBtree;

/** Entries of a node of the tree: with more an insertion moves more, with fewer a search misses more caches. */
const NODE_SIZE = 64;

/**
 * The maps of an address space, in order of their addresses. They never overlap, so that the map that holds an
 * address is the last one that starts at or before it: a sorted map with such a search is an interval map.
 * `docs/speed.md` has the numbers that chose it.
 */
export class AreaMap {
  readonly #tree = new BTree<Iova, Area>(undefined, compare, NODE_SIZE);
  readonly #tlb = new IoTlb();
  #insertions = 0;
  /** What a search answers in, so that it allocates nothing. */
  readonly #found = [] as unknown as [Iova, Area];

  /** How many maps were ever inserted: whether one was since somebody looked. */
  get insertions(): number {
    return this.#insertions;
  }

  get size(): number {
    return this.#tree.size;
  }

  /** The hot path: the map that holds `iova`. */
  find(iova: Iova): Area | undefined {
    if (typeof iova !== 'number') {
      return this.#search(iova);
    }
    const cached = this.#tlb.find(iova);
    if (cached !== undefined) {
      return cached;
    }
    const area = this.#search(iova);
    if (area !== undefined) {
      this.#tlb.add(iova, area, this.#tree.size);
    }
    return area;
  }

  /** Whether any byte of `start .. last` is mapped. */
  overlaps(start: Iova, last: Iova): boolean {
    const area = this.#atOrBefore(last);
    return area !== undefined && (area.start >= start || area.reaches(start));
  }

  /** The maps that have a byte in `start .. last`, in order. */
  within(start: Iova, last: Iova): Area[] {
    // Mostly there is one, and it is the last of them as well as the first.
    const cached = typeof start === 'number' ? this.#tlb.find(start) : undefined;
    if (cached?.reaches(last) === true) {
      return [cached];
    }
    const highest = this.#atOrBefore(last);
    if (highest === undefined || highest.start <= start) {
      return highest?.reaches(start) === true ? [highest] : [];
    }
    const areas: Area[] = [];
    for (const area of this.from(start)) {
      if (area.start > last) {
        break;
      }
      areas.push(area);
    }
    return areas;
  }

  /** The maps that end at or after `iova` in order, as long as nobody changes them. */
  from(iova: Iova): IterableIterator<Area> {
    return this.#tree.values(this.#search(iova)?.start ?? iova);
  }

  /** All maps in order, as long as nobody changes them. */
  all(): IterableIterator<Area> {
    return this.#tree.values();
  }

  /** The caller knows that it overlaps nothing. */
  insert(area: Area): void {
    const { start } = area;
    this.#insertions += 1;
    this.#tree.set(start, area);
    if (typeof start === 'number') {
      this.#tlb.add(start, area, this.#tree.size);
    }
  }

  /** Removes a map that is there; no search finds it afterwards. */
  remove(area: Area): void {
    this.#tree.delete(area.start);
    area.retire();
    this.#tlb.shrink(this.#tree.size);
  }

  #search(iova: Iova): Area | undefined {
    const area = this.#atOrBefore(iova);
    return area?.reaches(iova) === true ? area : undefined;
  }

  #atOrBefore(iova: Iova): Area | undefined {
    return this.#tree.getPairOrNextLower(iova, this.#found)?.[1];
  }
}

/** The first line keeps the comparison of numbers free of the feedback that bigints give. */
function compare(a: Iova, b: Iova): number {
  if (typeof a === 'number' && typeof b === 'number') {
    return a - b;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}
