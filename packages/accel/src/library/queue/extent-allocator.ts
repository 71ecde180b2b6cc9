/** Everything is handed out in multiples of this, so that buffers share no cache line. */
export const EXTENT_UNIT = 64;

/** `bytes` rounded up to whole units. */
export function extentBytes(bytes: number): number {
  return Math.ceil(bytes / EXTENT_UNIT) * EXTENT_UNIT;
}

/** Hands out parts of `[0, size)`, first fit; what is freed joins its free neighbours. */
export class ExtentAllocator {
  readonly size: number;
  /** Free extents, ascending, never touching each other. */
  readonly #free: { start: number; size: number }[];

  /** `size` is a multiple of {@link EXTENT_UNIT}. */
  constructor(size: number) {
    this.size = size;
    this.#free = [{ start: 0, size }];
  }

  /** Bytes that are free, in however many pieces. */
  get available(): number {
    return this.#free.reduce((sum, extent) => sum + extent.size, 0);
  }

  /** The start of `size` bytes (a multiple of the unit), or undefined if no free piece is so large. */
  allocate(size: number): number | undefined {
    const index = this.#free.findIndex((extent) => extent.size >= size);
    const extent = this.#free[index];
    if (extent === undefined) {
      return undefined;
    }
    const { start } = extent;
    extent.start += size;
    extent.size -= size;
    if (extent.size === 0) {
      this.#free.splice(index, 1);
    }
    return start;
  }

  /** Gives back exactly what was allocated. */
  free(start: number, size: number): void {
    const at = this.#firstAfter(start);
    const before = this.#free[at - 1];
    const after = this.#free[at];
    let freed = { start, size };
    if (before !== undefined && before.start + before.size === start) {
      freed = before;
      freed.size += size;
    } else {
      this.#free.splice(at, 0, freed);
    }
    if (after?.start === start + size) {
      freed.size += after.size;
      this.#free.splice(this.#free.indexOf(freed) + 1, 1);
    }
  }

  #firstAfter(start: number): number {
    let low = 0;
    let high = this.#free.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#free[middle]?.start ?? Infinity) < start) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
