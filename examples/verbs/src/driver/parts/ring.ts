/** A queue of bounded length. Its memory is that of the longest it has been. */
export class Ring<T> {
  readonly capacity: number;
  readonly #slots: T[] = [];
  #head = 0;
  #length = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get length(): number {
    return this.#length;
  }

  /** Whether there was room. */
  push(value: T): boolean {
    if (this.#length === this.capacity) {
      return false;
    }
    this.#slots[(this.#head + this.#length) % this.capacity] = value;
    this.#length += 1;
    return true;
  }

  peek(): T | undefined {
    return this.#length === 0 ? undefined : this.#slots[this.#head];
  }

  shift(): T | undefined {
    const value = this.peek();
    if (this.#length > 0) {
      this.#head = (this.#head + 1) % this.capacity;
      this.#length -= 1;
    }
    return value;
  }

  clear(): void {
    this.#slots.length = 0;
    this.#head = 0;
    this.#length = 0;
  }
}
