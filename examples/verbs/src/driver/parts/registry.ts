import { failure } from '../../errors.js';

/**
 * Things by numbers that the device gives out. A number that was given back comes again as late as possible, so whoever
 * still has it finds nothing rather than something else.
 */
export class Registry<T> {
  readonly #first: number;
  readonly #last: number;
  readonly #entries = new Map<number, T>();
  #next: number;

  constructor(first: number, last: number) {
    this.#first = first;
    this.#last = last;
    this.#next = first;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(number: number): T | undefined {
    return this.#entries.get(number);
  }

  add(entry: T): number {
    if (this.#entries.size > this.#last - this.#first) {
      throw failure('verbs.objects', { numbers: this.#entries.size });
    }
    while (this.#entries.has(this.#next)) {
      this.#advance();
    }
    const number = this.#next;
    this.#advance();
    this.#entries.set(number, entry);
    return number;
  }

  delete(number: number): void {
    this.#entries.delete(number);
  }

  #advance(): void {
    this.#next = this.#next === this.#last ? this.#first : this.#next + 1;
  }
}
