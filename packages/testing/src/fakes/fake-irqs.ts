import type { Irqs } from '@mdevkit/core';

/** One interrupt. */
export interface FakeFire {
  readonly index: number;
  readonly subindex: number;
  readonly kind: 'trigger' | 'assert';
}

export interface FakeIrqsOptions {
  /** The indexes that the client has enabled; every one without it. */
  readonly enabled?: readonly number[];
}

/**
 * The client's interrupts, for the test of a device model. Knows no indexes: all numbers are good. A line that is up fires
 * once, until it was down: the client has it masked meanwhile and unmasks it when it is down again.
 */
export class FakeIrqs implements Irqs {
  readonly #fires: FakeFire[] = [];
  readonly #dropped: FakeFire[] = [];
  readonly #lines = new Set<number>();
  readonly #only: Set<number> | undefined;
  readonly #disabled = new Set<number>();

  constructor({ enabled }: FakeIrqsOptions = {}) {
    this.#only = enabled === undefined ? undefined : new Set(enabled);
  }

  /** What the client was signalled, oldest first. */
  get fires(): readonly FakeFire[] {
    return this.#fires;
  }

  /** What nobody had enabled, oldest first. */
  get dropped(): readonly FakeFire[] {
    return this.#dropped;
  }

  /** The indexes whose line is up, in ascending order. */
  get lines(): readonly number[] {
    return [...this.#lines].sort((a, b) => a - b);
  }

  /** How often the client was signalled: in all, by one index, or by one of its subindexes. */
  fired(index?: number, subindex?: number): number {
    return this.#fires.filter(
      (fire) =>
        (index ?? fire.index) === fire.index && (subindex ?? fire.subindex) === fire.subindex,
    ).length;
  }

  trigger(index: number, subindex = 0): boolean {
    return this.#fire({ index, subindex, kind: 'trigger' });
  }

  assert(index: number): boolean {
    if (this.#lines.has(index)) {
      return false;
    }
    this.#lines.add(index);
    return this.#fire({ index, subindex: 0, kind: 'assert' });
  }

  deassert(index: number): void {
    this.#lines.delete(index);
  }

  enabled(index: number): boolean {
    return (this.#only?.has(index) ?? true) && !this.#disabled.has(index);
  }

  /** The client enables an index. A line that is up fires at once. */
  enable(index: number): void {
    const was = this.enabled(index);
    this.#only?.add(index);
    this.#disabled.delete(index);
    if (!was && this.#lines.has(index)) {
      this.#fire({ index, subindex: 0, kind: 'assert' });
    }
  }

  /** The client disables an index: what it would fire is dropped. */
  disable(index: number): void {
    this.#disabled.add(index);
  }

  /** Forgets what was recorded. Lines stay up. */
  clear(): void {
    this.#fires.length = 0;
    this.#dropped.length = 0;
  }

  #fire(fire: FakeFire): boolean {
    const enabled = this.enabled(fire.index);
    (enabled ? this.#fires : this.#dropped).push(fire);
    return enabled;
  }
}
