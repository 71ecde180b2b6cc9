import type { Irqs } from '@mdevkit/core';
import type { MdevFaults } from '../inject/index.js';
import { sites } from '../table/index.js';

/** For how long a line that was doubled stays up at the most, if its client does not say that it has seen it. */
const DOUBLED_LINE_MS = 1;

/**
 * The interrupts of a model, as a plan has them. The model cannot tell: what is lost or late was signalled, as far as it
 * knows, if a client has enabled the index.
 */
export class FaultyIrqs implements Irqs {
  readonly #inner: Irqs;
  readonly #faults: MdevFaults;
  /** Lines whose raising is put off. */
  readonly #rising = new Map<number, Disposable>();
  /** Lines that stay up once longer than the model wants. */
  readonly #doubled = new Set<number>();
  /** Of those, lines that the model has lowered. */
  readonly #overdue = new Map<number, Disposable>();

  constructor(inner: Irqs, faults: MdevFaults) {
    this.#inner = inner;
    this.#faults = faults;
    faults.onAbandoned(() => {
      this.#rising.clear();
      this.#doubled.clear();
      this.#overdue.clear();
    });
  }

  trigger(index: number, subindex = 0): boolean {
    const struck = this.#faults.meet(sites.irq, { index, subindex });
    const times = struck.isDouble ? 2 : 1;
    const fire = (): boolean => {
      let signalled = false;
      for (let n = 0; n < times; n++) {
        signalled = this.#inner.trigger(index, subindex) || signalled;
      }
      return signalled;
    };
    if (struck.isLost) {
      return this.#inner.enabled(index);
    }
    if (struck.delayMs !== undefined) {
      this.#faults.later.add(struck.delayMs, () => {
        this.#unlessDown(fire);
      });
      return this.#inner.enabled(index);
    }
    return fire();
  }

  assert(index: number): boolean {
    const struck = this.#faults.meet(sites.irq, { index, subindex: 0 });
    if (struck.isLost) {
      return this.#inner.enabled(index);
    }
    this.#forget(this.#overdue, index);
    if (struck.isDouble) {
      this.#doubled.add(index);
    }
    if (struck.delayMs === undefined) {
      return this.#inner.assert(index);
    }
    this.#forget(this.#rising, index);
    this.#rising.set(
      index,
      this.#faults.later.add(struck.delayMs, () => {
        this.#rising.delete(index);
        this.#unlessDown(() => this.#inner.assert(index));
      }),
    );
    return this.#inner.enabled(index);
  }

  deassert(index: number): void {
    this.#forget(this.#rising, index);
    if (!this.#doubled.delete(index)) {
      this.#lower(index);
      return;
    }
    this.#overdue.set(
      index,
      this.#faults.later.add(DOUBLED_LINE_MS, () => {
        this.#lower(index);
      }),
    );
  }

  enabled(index: number): boolean {
    return this.#inner.enabled(index);
  }

  /** The client has unmasked a line, or done something else to its index: one that stayed up has come twice by now. */
  settle(index: number): void {
    if (this.#overdue.has(index)) {
      this.#lower(index);
    }
  }

  /** What is late is lost as well, if the link is down when it comes. */
  #unlessDown(signal: () => boolean): void {
    if (!this.#faults.isLinkDown) {
      signal();
    }
  }

  #lower(index: number): void {
    this.#forget(this.#overdue, index);
    this.#inner.deassert(index);
  }

  #forget(timers: Map<number, Disposable>, index: number): void {
    timers.get(index)?.[Symbol.dispose]();
    timers.delete(index);
  }
}
