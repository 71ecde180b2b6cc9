import type { Irqs, IrqIndexSpec } from '@mdevkit/core';
import { kindOf, seenSubindex } from './irq-declared.js';

/** One interrupt; of an index that has only one, subindex 0. */
export interface FakeFire {
  readonly index: number;
  readonly subindex: number;
  readonly kind: 'trigger' | 'assert';
}

export interface FakeIrqsOptions {
  /** What the model declares, as in {@link FakeIrqs.declare}, for a test that knows it before the model is made. */
  readonly irqs?: readonly IrqIndexSpec[];
  /** The indexes that the client has enabled; every one without it. */
  readonly enabled?: readonly number[];
}

/**
 * The client's interrupts, for the test of a device model. A line that is up fires once, until it was down: the client has
 * it masked meanwhile and unmasks it when it is down again.
 *
 * A model asks for its interrupts before it has declared any, so what it declares is told afterwards, by
 * {@link FakeIrqs.declare}; from then on an interrupt that it has not declared is dropped, as by the core. Until then every
 * index and subindex is good that could be one.
 *
 * @example
 * const copier = new Copier(services);
 * services.irqs.declare(copier.irqs);
 */
export class FakeIrqs implements Irqs {
  readonly #fires: FakeFire[] = [];
  readonly #dropped: FakeFire[] = [];
  readonly #lines = new Set<number>();
  readonly #only: Set<number> | undefined;
  readonly #disabled = new Set<number>();
  #specs: readonly IrqIndexSpec[] | undefined;

  /** Throws as {@link FakeIrqs.enable}. */
  constructor({ irqs, enabled }: FakeIrqsOptions = {}) {
    this.#specs = irqs;
    this.#only = enabled === undefined ? undefined : new Set(enabled);
    enabled?.forEach((index) => {
      this.#requireIndex(index);
    });
  }

  /** What the client was signalled, oldest first. */
  get fires(): readonly FakeFire[] {
    return this.#fires;
  }

  /** What nobody had enabled, or nobody could have enabled because there is none, oldest first. */
  get dropped(): readonly FakeFire[] {
    return this.#dropped;
  }

  /** The indexes whose line is up, in ascending order. */
  get lines(): readonly number[] {
    return [...this.#lines].sort((a, b) => a - b);
  }

  /** From now on there are these indexes, and no others; `irqs` of the model. What was recorded stays. */
  declare(irqs: readonly IrqIndexSpec[]): void {
    this.#specs = irqs;
  }

  /** How often the client was signalled: in all, by one index, or by one of its subindexes. */
  fired(index?: number, subindex?: number): number {
    return this.#fires.filter(
      (fire) =>
        (index ?? fire.index) === fire.index && (subindex ?? fire.subindex) === fire.subindex,
    ).length;
  }

  trigger(index: number, subindex = 0): boolean {
    // A line that is up is masked, for pulses as well.
    const isMasked = this.#lines.has(index) && this.enabled(index);
    return !isMasked && this.#fire({ index, subindex, kind: 'trigger' });
  }

  assert(index: number): boolean {
    if (this.#lines.has(index)) {
      return false;
    }
    if (this.#exists(index) && kindOf(this.#specs, index) === 'level') {
      this.#lines.add(index);
    }
    return this.#fire({ index, subindex: 0, kind: 'assert' });
  }

  deassert(index: number): void {
    this.#lines.delete(index);
  }

  enabled(index: number): boolean {
    return this.#exists(index) && (this.#only?.has(index) ?? true) && !this.#disabled.has(index);
  }

  /** The client enables an index. A line that is up fires at once. Throws a RangeError for an index that there is not. */
  enable(index: number): void {
    this.#requireIndex(index);
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
    const subindex = seenSubindex(this.#specs, fire.index, fire.subindex);
    if (subindex === undefined || !this.enabled(fire.index)) {
      this.#dropped.push(fire);
      return false;
    }
    this.#fires.push({ ...fire, subindex });
    return true;
  }

  #exists(index: number): boolean {
    return seenSubindex(this.#specs, index, 0) !== undefined;
  }

  #requireIndex(index: number): void {
    if (!this.#exists(index)) {
      throw new RangeError(`a client cannot enable irq index ${index}: there is none`);
    }
  }
}
