/** Pages of a {@link NaiveSpace}. */
export const NAIVE_PAGES = 24;
/** Maps that a {@link NaiveSpace} may have. */
export const NAIVE_LIMIT = 6;

/** What a page of a {@link NaiveSpace} shows. */
export interface NaivePage {
  /** The same for all pages of one map. */
  readonly owner: number;
  readonly memory: number;
  /** Page of the memory. */
  readonly offset: number;
  readonly access: number;
}

/** Memory that is mapped: how many pages it has, and whether it may be written. */
export interface NaiveMemory {
  readonly pages: number;
  readonly writable: boolean;
}

interface NaivePlace {
  readonly at: number | undefined;
  readonly count: number;
  readonly access: number;
  /** First page in the memory, and what there is of it. */
  readonly offset: number;
  /** The offset that a place is chosen by. */
  readonly chosenBy: number;
  readonly memory: NaiveMemory;
}

/**
 * An address space as one entry for each page, in the most obvious way: the model of the differential test. Page
 * numbers are relative to the place in the address space that is tested. Nothing outside of the window of
 * {@link NAIVE_PAGES} can be mapped. Answers are errno names, page numbers and page counts.
 */
export class NaiveSpace {
  readonly pages: (NaivePage | undefined)[] = Array.from({ length: NAIVE_PAGES }, () => undefined);
  readonly reserved = new Map<number, readonly number[]>();
  allowed: readonly number[] = [];
  #made = 0;

  /** `end`: whether the window ends at 2^64, so that what reaches beyond it wraps; `first`, `last`: never chosen. */
  constructor(
    readonly isType1: boolean,
    readonly place: {
      readonly end: boolean;
      readonly first: number;
      readonly last: number;
      /** The page number of the window's start, modulo 512. */
      readonly phase: number;
    },
  ) {}

  map(call: NaivePlace, memory: number): string | number {
    const found = this.#place(call);
    if (typeof found === 'number') {
      this.#fill(found, call.count, (i) => ({
        memory,
        offset: call.offset + i,
        access: call.access,
      }));
    }
    return found;
  }

  unmap(first: number, count: number): string | number {
    if (count === 0) {
      return 'EINVAL';
    }
    if (this.#wraps(first, count)) {
      return 'EOVERFLOW';
    }
    const isInside = (page: number): boolean => page >= first && page < first + count;
    const isCut = (owner: number): boolean =>
      this.pages.some((page, i) => page?.owner === owner && !isInside(i));
    const owners = [
      ...new Set(this.pages.slice(first, first + count).map((page) => page?.owner)),
    ].filter((owner) => owner !== undefined);
    const cut = owners.findIndex(isCut);
    if (cut !== -1 && this.isType1) {
      return 'EINVAL';
    }
    const gone = cut === -1 ? owners : owners.slice(0, cut);
    const removed = this.#remove((page) => gone.includes(page.owner));
    if (cut !== -1 || (removed === 0 && !this.isType1)) {
      return 'ENOENT';
    }
    return removed;
  }

  unmapAll(): number {
    return this.#remove(() => true);
  }

  copy(
    source: NaiveSpace,
    from: number,
    call: Pick<NaivePlace, 'at' | 'count'>,
    read: boolean | undefined,
    write: boolean | undefined,
  ): string | number {
    const { count } = call;
    if ((read === false && write === false) || count === 0) {
      return 'EINVAL';
    }
    if (source.#wraps(from, count)) {
      return 'EOVERFLOW';
    }
    const pages = Array.from({ length: count }, (_, i) => source.pages[from + i]);
    const parts = pages.filter((page) => page !== undefined);
    if (parts.length < count) {
      return 'ENOENT';
    }
    const memory = { pages: Infinity, writable: true };
    const chosenBy = parts[0]?.offset ?? 0;
    const found = this.#place({ ...call, access: 1, offset: 0, chosenBy, memory });
    if (typeof found === 'string') {
      return found;
    }
    if (this.#count() + new Set(parts.map(({ owner }) => owner)).size > NAIVE_LIMIT) {
      return 'ENOSPC';
    }
    const wanted = (has: number): number =>
      ((read ?? (has & 1) !== 0) ? 1 : 0) | ((write ?? (has & 2) !== 0) ? 2 : 0);
    if (parts.some(({ access }) => wanted(access) === 0 || (wanted(access) & ~access) !== 0)) {
      return 'EPERM';
    }
    const renamed = new Map(parts.map(({ owner }) => [owner, (this.#made += 1)]));
    for (const [i, page] of parts.entries()) {
      const owner = renamed.get(page.owner) ?? NaN;
      this.pages[found + i] = { ...page, owner, access: wanted(page.access) };
    }
    return found;
  }

  constrain(owner: number, first: number, count: number): string {
    const range = numbers(first, count);
    if (range.some((page) => this.pages[page] !== undefined)) {
      return this.isType1 ? 'EINVAL' : 'EADDRINUSE';
    }
    if (range.some((page) => this.allowed.includes(page))) {
      return 'EADDRINUSE';
    }
    this.reserved.set(owner, range);
    return 'done';
  }

  allow(first: number, count: number): string {
    const range = numbers(first, count);
    if (range.some((page) => this.#isReserved(page))) {
      return 'EADDRINUSE';
    }
    this.allowed = range;
    return 'done';
  }

  /** The rules in the order of the interface. */
  #place(call: NaivePlace): string | number {
    const { at, count, access, offset, memory } = call;
    const isShort = offset + count > memory.pages;
    const isReadOnly = (access & 2) !== 0 && !memory.writable;
    const overlaps = (first: number): boolean =>
      numbers(first, count).some((page) => this.pages[page] !== undefined);
    const isReserved = (first: number): boolean =>
      numbers(first, count).some((page) => this.#isReserved(page));
    const isFull = this.#count() >= NAIVE_LIMIT;
    const rules: readonly (readonly [isBroken: () => boolean, answer: string])[] = this.isType1
      ? [
          [() => at === undefined || count === 0, 'EINVAL'],
          [() => this.#wraps(at ?? 0, count), 'EOVERFLOW'],
          [() => access === 0, 'EINVAL'],
          [() => overlaps(at ?? 0), 'EEXIST'],
          [() => isFull, 'ENOSPC'],
          [() => isReserved(at ?? 0), 'EINVAL'],
          [() => isShort || isReadOnly, 'EFAULT'],
        ]
      : [
          [() => access === 0 || isShort || count === 0, 'EINVAL'],
          [() => at !== undefined && this.#wraps(at, count), 'EOVERFLOW'],
          [() => at !== undefined && isReserved(at), 'EINVAL'],
          [() => at !== undefined && overlaps(at), 'EEXIST'],
          [() => at === undefined && this.#choose(call) === undefined, 'ENOSPC'],
          [() => isReadOnly, 'EPERM'],
          [() => isFull, 'ENOSPC'],
        ];
    const broken = rules.find(([isBroken]) => isBroken());
    return broken?.[1] ?? at ?? this.#choose(call) ?? 'none';
  }

  /** Aligned as the length rounded up to a power of two is, or as the source if that is less, up to 2 MiB. */
  #choose({ count, chosenBy }: NaivePlace): number | undefined {
    const { first, last, phase } = this.place;
    const fits = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512].filter(
      (pages) => pages < 2 * count && chosenBy % pages === 0,
    );
    const alignment = Math.max(...fits);
    return numbers(0, NAIVE_PAGES).find(
      (at) =>
        (at + phase) % alignment === 0 &&
        numbers(at, count).every(
          (page) =>
            page >= first &&
            page <= last &&
            this.pages[page] === undefined &&
            !this.#isReserved(page) &&
            (this.allowed.length === 0 || this.allowed.includes(page)),
        ),
    );
  }

  #isReserved(page: number): boolean {
    const isOutside = page >= NAIVE_PAGES;
    return isOutside || [...this.reserved.values()].some((range) => range.includes(page));
  }

  #wraps(first: number, count: number): boolean {
    return this.place.end && first + count > NAIVE_PAGES;
  }

  #count(): number {
    return new Set(this.pages.filter((page) => page !== undefined).map(({ owner }) => owner)).size;
  }

  #fill(first: number, count: number, page: (i: number) => Omit<NaivePage, 'owner'>): void {
    const owner = (this.#made += 1);
    for (let i = 0; i < count; i++) {
      this.pages[first + i] = { owner, ...page(i) };
    }
  }

  #remove(isGone: (page: NaivePage) => boolean): number {
    let removed = 0;
    for (const [i, page] of this.pages.entries()) {
      if (page !== undefined && isGone(page)) {
        this.pages[i] = undefined;
        removed += 1;
      }
    }
    return removed;
  }
}

function numbers(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}
