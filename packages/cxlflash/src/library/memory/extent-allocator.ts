interface Extent {
  start: number;
  size: number;
}

/**
 * Hands out parts of `[0, size)`, first fit, in whole units; what is freed joins its free neighbours. Numbers are exact up
 * to 2^53.
 */
export class ExtentAllocator {
  readonly size: number;
  readonly #unit: number;
  /** Ascending, never touching each other. */
  readonly #free: Extent[];

  /** `size` is a multiple of `unit`. */
  constructor(size: number, unit: number) {
    this.size = size;
    this.#unit = unit;
    this.#free = [{ start: 0, size }];
  }

  /** Bytes that are free, in however many pieces. */
  get available(): number {
    return this.#free.reduce((sum, { size }) => sum + size, 0);
  }

  /** The start of `bytes` or more, or undefined if no free piece is so large. */
  allocate(bytes: number): number | undefined {
    const size = this.#whole(bytes);
    for (const [index, extent] of this.#free.entries()) {
      if (extent.size >= size) {
        const { start } = extent;
        extent.start += size;
        extent.size -= size;
        if (extent.size === 0) {
          this.#free.splice(index, 1);
        }
        return start;
      }
    }
    return undefined;
  }

  /** Gives back what `allocate(bytes)` gave. */
  free(start: number, bytes: number): void {
    const size = this.#whole(bytes);
    const next = this.#free.findIndex((extent) => extent.start > start);
    const at = next === -1 ? this.#free.length : next;
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

  #whole(bytes: number): number {
    return Math.ceil(bytes / this.#unit) * this.#unit;
  }
}
