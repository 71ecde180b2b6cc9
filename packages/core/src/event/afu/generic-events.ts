import {
  CXL_EVENT_AFU_ERROR,
  CXL_EVENT_AFU_INTERRUPT,
  CXL_EVENT_DATA_STORAGE,
  CxlEventAfuError,
  CxlEventAfuInterrupt,
  CxlEventDataStorage,
} from '@mdevkit/uapi';
import type { ReadTarget } from '../descriptor-operations.js';
import type { EventCopier } from './event-copier.js';
import { IrqBitmap } from './irq-bitmap.js';

/**
 * The events that every AFU has, each kind with room for what cannot be left out: which interrupts were raised, the latest
 * fault, the first error. An event is used up by a copy that succeeds and by nothing else. Allocates nothing.
 *
 * Source: Linux drivers/misc/cxl/irq.c, cxl_irq_afu, cxl_irq_psl8; fault.c, cxl_ack_ae; file.c,
 * afu_read.
 */
export class GenericEvents {
  readonly #irqs: IrqBitmap;
  #faulted = false;
  #address = 0n;
  #dsisr = 0n;
  #failed = false;
  #error = 0n;
  #dropped = 0;

  readonly #irqBody = new Uint8Array(CxlEventAfuInterrupt.size);
  readonly #irqView = CxlEventAfuInterrupt.view().at(new DataView(this.#irqBody.buffer));
  readonly #faultBody = new Uint8Array(CxlEventDataStorage.size);
  readonly #faultView = CxlEventDataStorage.view().at(new DataView(this.#faultBody.buffer));
  readonly #errorBody = new Uint8Array(CxlEventAfuError.size);
  readonly #errorView = CxlEventAfuError.view().at(new DataView(this.#errorBody.buffer));

  constructor(irqs: number) {
    this.#irqs = new IrqBitmap(irqs);
  }

  get pending(): boolean {
    return this.#faulted || this.#failed || !this.#irqs.empty;
  }

  interrupt(irq: number): void {
    this.#irqs.raise(irq);
  }

  fault(address: bigint, dsisr: bigint): void {
    this.#faulted = true;
    this.#address = address;
    this.#dsisr = dsisr;
  }

  /** Returns 0 if there was room for it, or how many were dropped since there is none. */
  error(error: bigint): number {
    if (this.#failed) {
      return ++this.#dropped;
    }
    this.#failed = true;
    this.#error = error;
    this.#dropped = 0;
    return 0;
  }

  /** Copies the next one. Returns its bytes, 0 if there is none. Throws EFAULT, which uses nothing up. */
  deliver(target: ReadTarget, copier: EventCopier): number {
    const irq = this.#irqs.take();
    if (irq !== 0) {
      return this.#deliverIrq(irq, target, copier);
    }
    if (this.#faulted) {
      return this.#deliverFault(target, copier);
    }
    return this.#failed ? this.#deliverError(target, copier) : 0;
  }

  clear(): void {
    this.#irqs.clear();
    this.#faulted = false;
    this.#failed = false;
  }

  // Each is taken out first and put back on failure, so that what comes in the middle of a copy is an event of its own.

  #deliverIrq(irq: number, target: ReadTarget, copier: EventCopier): number {
    this.#irqView.irq = irq;
    try {
      return copier.copy(target, CXL_EVENT_AFU_INTERRUPT, this.#irqBody);
    } catch (error) {
      this.#irqs.raise(irq);
      throw error;
    }
  }

  #deliverFault(target: ReadTarget, copier: EventCopier): number {
    const address = this.#address;
    const dsisr = this.#dsisr;
    this.#faulted = false;
    this.#faultView.addr = address;
    this.#faultView.dsisr = dsisr;
    try {
      return copier.copy(target, CXL_EVENT_DATA_STORAGE, this.#faultBody);
    } catch (error) {
      this.#putBack(address, dsisr);
      throw error;
    }
  }

  /** Unless a newer one came while it was copied. */
  #putBack(address: bigint, dsisr: bigint): void {
    if (!this.#faulted) {
      this.fault(address, dsisr);
    }
  }

  #deliverError(target: ReadTarget, copier: EventCopier): number {
    const value = this.#error;
    this.#failed = false;
    this.#errorView.error = value;
    try {
      return copier.copy(target, CXL_EVENT_AFU_ERROR, this.#errorBody);
    } catch (error) {
      this.#failed = true;
      this.#error = value;
      throw error;
    }
  }
}
