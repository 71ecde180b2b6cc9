import type { RangeHandler } from './range-handler.js';
import { MMAP_PAGE } from './mmap-page.js';
import { MAX_REGION_SIZE, type RegionRange, type RegionSpec } from './region-spec.js';
import { unclaimed } from './unclaimed.js';

/** A range as the transfer loop needs it. Memory and holes are ranges with a handler, too. */
export interface CompiledRange {
  readonly offset: number;
  /** Offset of the first byte after the range. */
  readonly end: number;
  readonly handler: RangeHandler;
  /** Whether accesses are split naturally. */
  readonly natural: boolean;
}

/** Every byte of a region in exactly one range, by offset; holes are filled. */
export class RangeTable {
  readonly #ranges: readonly CompiledRange[];
  /** The range of the last access; the next one is most often in the same. */
  last: CompiledRange;

  /** Throws RangeError when the declaration of the region is wrong. */
  constructor(spec: RegionSpec) {
    this.#ranges = compile(spec);
    this.last =
      this.#ranges.find((range) => range.natural) ?? this.#ranges[0] ?? hole(0, spec.size);
  }

  /** The range that holds the byte at `position`, which is inside the region. */
  find(position: number): CompiledRange {
    const last = this.last;
    if (position >= last.offset && position < last.end) {
      return last;
    }
    let low = 0;
    let high = this.#ranges.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#ranges[middle]?.offset ?? Infinity) <= position) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return (this.last = this.#ranges[low] ?? last);
  }

  /** As {@link find}, but nobody's last access. */
  at(position: number): CompiledRange | undefined {
    return this.#ranges.find(({ offset, end }) => position >= offset && position < end);
  }

  /** The handlers of the region, each once. */
  handlers(): Set<RangeHandler> {
    return new Set(this.#ranges.map((range) => range.handler));
  }
}

/** Bytes of a range. */
export function rangeSize(range: RegionRange): number {
  return range.kind === 'memory' ? range.memory.size : range.size;
}

function compile(spec: RegionSpec): CompiledRange[] {
  if (!Number.isSafeInteger(spec.size) || spec.size < 1 || spec.size > MAX_REGION_SIZE) {
    throw new RangeError(`region ${spec.name}: size ${spec.size} is not in 1..2^40`);
  }
  const compiled: CompiledRange[] = [];
  let covered = 0;
  for (const range of [...spec.ranges].sort((a, b) => a.offset - b.offset)) {
    const size = rangeSize(range);
    checkRange(spec, range, size);
    if (range.offset < covered) {
      throw new RangeError(`region ${spec.name}: the range at ${range.offset} overlaps another`);
    }
    if (range.offset > covered) {
      compiled.push(hole(covered, range.offset));
    }
    covered = range.offset + size;
    compiled.push({
      offset: range.offset,
      end: covered,
      handler: range.kind === 'memory' ? range.memory : range.handler,
      natural: range.kind === 'trapped' && range.split !== 'none',
    });
  }
  if (covered < spec.size) {
    compiled.push(hole(covered, spec.size));
  }
  return compiled;
}

function checkRange(spec: RegionSpec, range: RegionRange, size: number): void {
  const where = `region ${spec.name}: the range at ${range.offset}`;
  if (!Number.isSafeInteger(range.offset) || range.offset < 0) {
    throw new RangeError(`${where} does not start at a non-negative integer`);
  }
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new RangeError(`${where} has size ${size}, not a positive integer`);
  }
  if (range.offset + size > spec.size) {
    throw new RangeError(`${where} ends at ${range.offset + size}, beyond ${spec.size}`);
  }
  if (range.kind === 'memory' && range.mmap === true) {
    if (range.offset % MMAP_PAGE !== 0 || size % MMAP_PAGE !== 0) {
      throw new RangeError(`${where} can be mapped but is not aligned to ${MMAP_PAGE} bytes`);
    }
    if ((spec.access ?? 'rw') !== 'rw') {
      throw new RangeError(`${where} can be mapped, which a region with one direction cannot be`);
    }
  }
}

function hole(offset: number, end: number): CompiledRange {
  return { offset, end, handler: unclaimed, natural: false };
}
