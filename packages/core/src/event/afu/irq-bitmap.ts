const WORD = 32;

/** Which interrupts of a context were raised: each at most once, the lowest number first. */
export class IrqBitmap {
  readonly #words: Uint32Array;
  #count = 0;
  /** No word before it has a bit. */
  #first = 0;

  /** @param irqs - interrupts that there are; their numbers start with 1 */
  constructor(irqs: number) {
    this.#words = new Uint32Array(Math.ceil(irqs / WORD));
  }

  get empty(): boolean {
    return this.#count === 0;
  }

  raise(irq: number): void {
    const word = (irq - 1) >>> 5;
    const bit = 1 << ((irq - 1) % WORD);
    const before = this.#words[word] ?? 0;
    if ((before & bit) === 0) {
      this.#words[word] = before | bit;
      this.#count += 1;
      this.#first = Math.min(this.#first, word);
    }
  }

  /** Takes the lowest out; 0 if there is none. */
  take(): number {
    for (let word = this.#first; this.#count > 0 && word < this.#words.length; word++) {
      const bits = this.#words[word] ?? 0;
      if (bits !== 0) {
        const lowest = bits & -bits;
        this.#words[word] = bits ^ lowest;
        this.#count -= 1;
        this.#first = word;
        return word * WORD + WORD - Math.clz32(lowest);
      }
    }
    return 0;
  }

  clear(): void {
    this.#words.fill(0);
    this.#count = 0;
  }
}
