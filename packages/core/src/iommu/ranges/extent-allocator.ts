/**
 * Hands out parts of `[0, size)`, first fit, in whole units; what is freed joins its free neighbours. Numbers are exact up
 * to 2^53. For I/O virtual addresses and for parts of memory that was mapped as a whole.
 */
export class ExtentAllocator {
  readonly size: number;
  readonly #unit: number;
  /** Free extents, ascending, never touching each other. */
  readonly #free: { start: number; size: number }[];

  /** `size` is a multiple of `unit`. */
  constructor(size: number, unit: number) {
    this.size = size;
    this.#unit = unit;
    this.#free = [{ start: 0, size }];
  }

  /** What is free, in however many pieces. */
  get available(): number {
    return this.#free.reduce((sum, { size }) => sum + size, 0);
  }

  /** The start of `length` or more, or undefined if no free piece is so large. */
  allocate(length: number): number | undefined {
    const size = this.#whole(length);
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

  /** Gives back what `allocate(length)` gave. */
  free(start: number, length: number): void {
    const size = this.#whole(length);
    const at = this.#firstAfter(start);
    const before = this.#free[at - 1];
    const after = this.#free[at];
    const joinsAfter = after?.start === start + size;
    if (before !== undefined && before.start + before.size === start) {
      before.size += size + (joinsAfter ? after.size : 0);
      if (joinsAfter) {
        this.#free.splice(at, 1);
      }
    } else if (joinsAfter) {
      after.start = start;
      after.size += size;
    } else {
      this.#free.splice(at, 0, { start, size });
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

  #whole(length: number): number {
    return Math.ceil(length / this.#unit) * this.#unit;
  }
}
