import { decodeAfuEvent } from './afu-event.js';

/** What is there of interrupts, faults and errors, as the rules have it. */
export class GenericModel {
  readonly #irqs = new Set<number>();
  #fault: string | undefined;
  #error: bigint | undefined;

  get pending(): boolean {
    return this.#irqs.size > 0 || this.#fault !== undefined || this.#error !== undefined;
  }

  interrupt(irq: number): void {
    this.#irqs.add(irq);
  }

  fault(address: bigint, dsisr: bigint): void {
    this.#fault = `${address} ${dsisr}`;
  }

  error(error: bigint): void {
    this.#error ??= error;
  }

  /** Takes out what a reader got; what is wrong with it, or undefined. */
  received(bytes: Uint8Array): string | undefined {
    const event = decodeAfuEvent(bytes);
    const { expected, take } = this.#next();
    const got =
      event.kind === 'interrupt'
        ? `irq ${event.irq}`
        : event.kind === 'fault'
          ? `fault ${event.address} ${event.dsisr}`
          : event.kind === 'error'
            ? `error ${event.error}`
            : event.kind;
    take();
    return got === expected ? undefined : `got ${got} instead of ${expected}`;
  }

  #next(): { readonly expected: string; readonly take: () => void } {
    if (this.#irqs.size > 0) {
      const irq = Math.min(...this.#irqs);
      return { expected: `irq ${irq}`, take: () => this.#irqs.delete(irq) };
    }
    if (this.#fault !== undefined) {
      return { expected: `fault ${this.#fault}`, take: () => (this.#fault = undefined) };
    }
    return {
      expected: this.#error === undefined ? 'nothing' : `error ${this.#error}`,
      take: () => (this.#error = undefined),
    };
  }
}
