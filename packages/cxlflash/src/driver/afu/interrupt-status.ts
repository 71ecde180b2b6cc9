import type { Iova } from '@mdevkit/core';
import { SISL_ISTATUS_UNMASK } from '@mdevkit/uapi';
import { ALL_ONES } from '../../abi/index.js';

/** What `intr_status` can say. */
const BITS = Number(SISL_ISTATUS_UNMASK);

/**
 * `intr_status` of a context with its mask, and the interrupt that it raises. That is raised when the first bit comes that
 * the mask lets through, and again only after all of them were cleared or masked.
 *
 * Source: drivers/scsi/cxlflash/sislite.h, intr_status, intr_clear, intr_mask, ctx_ctrl.
 */
export class InterruptStatus {
  /** Raises the interrupt that `ctx_ctrl` names. */
  readonly #raise: () => void;
  #status = 0;
  /** Everything is held back until the client says otherwise. */
  #mask: Iova = ALL_ONES;
  #isRaised = false;

  constructor(raise: () => void) {
    this.#raise = raise;
  }

  get status(): number {
    return this.#status;
  }

  get mask(): Iova {
    return this.#mask;
  }

  set mask(mask: Iova) {
    this.#mask = mask;
    this.#update();
  }

  set(bit: number): void {
    this.#status |= bit;
    this.#update();
  }

  clear(bits: Iova): void {
    this.#status &= ~lowBits(bits);
    this.#update();
  }

  #update(): void {
    const isDue = (this.#status & ~lowBits(this.#mask)) !== 0;
    if (isDue && !this.#isRaised) {
      this.#isRaised = true;
      this.#raise();
    } else if (!isDue) {
      this.#isRaised = false;
    }
  }
}

function lowBits(value: Iova): number {
  return Number(BigInt.asUintN(32, BigInt(value))) & BITS;
}
