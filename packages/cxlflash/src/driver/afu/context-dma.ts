import { DmaFaultError, type Dma, type Iova } from '@mdevkit/core';
import { DSISR_DATA, DSISR_PROTECTION, DSISR_STORE, DSISR_UNMAPPED } from '../../abi/index.js';

/** What became of an access: done; not now, but a retry finds the page; never. */
export type Access = 'done' | 'page-in' | 'invalid';

/** Told of an address that a context could not use. */
export type FaultSink = (address: bigint, dsisr: bigint) => void;

/**
 * The memory of one context. Faults end here: nothing of this rejects.
 *
 * Source: drivers/misc/cxl/fault.c, cxl_handle_page_fault: what can be resolved is restarted, everything else becomes a
 * DATA_STORAGE event.
 */
export class ContextDma {
  readonly #dma: Dma;
  readonly #fault: FaultSink;

  constructor(dma: Dma, fault: FaultSink) {
    this.#dma = dma;
    this.#fault = fault;
  }

  /** Reads; whether there was something to read. */
  async fetch(iova: Iova, into: Uint8Array): Promise<boolean> {
    try {
      await this.#dma.fetch(iova, into);
      return true;
    } catch (error) {
      this.#report(iova, 'read', error);
      return false;
    }
  }

  /** Writes; whether that was possible. */
  async store(iova: Iova, from: Uint8Array): Promise<boolean> {
    try {
      await this.#dma.store(iova, from);
      return true;
    } catch (error) {
      this.#report(iova, 'write', error);
      return false;
    }
  }

  /** The data of a command: as the above, but a page that can be brought is asked for. */
  async move(access: 'read' | 'write', iova: Iova, bytes: Uint8Array): Promise<Access> {
    try {
      await (access === 'read' ? this.#dma.fetch(iova, bytes) : this.#dma.store(iova, bytes));
      return 'done';
    } catch (error) {
      if (await this.#pageIn(access, iova, bytes.length, error)) {
        return 'page-in';
      }
      this.#report(iova, access, error);
      return 'invalid';
    }
  }

  async #pageIn(
    access: 'read' | 'write',
    iova: Iova,
    length: number,
    error: unknown,
  ): Promise<boolean> {
    if (!(error instanceof DmaFaultError) || error.fault.cause !== 'unmapped') {
      return false;
    }
    try {
      await this.#dma.request(iova, length, access);
      return true;
    } catch {
      return false;
    }
  }

  #report(iova: Iova, access: 'read' | 'write', error: unknown): void {
    const isProtection = error instanceof DmaFaultError && error.fault.cause === 'permission';
    const cause = isProtection ? DSISR_PROTECTION : DSISR_UNMAPPED;
    const store = access === 'write' ? DSISR_STORE : 0n;
    this.#fault(BigInt.asUintN(64, BigInt(iova)), DSISR_DATA | cause | store);
  }
}
