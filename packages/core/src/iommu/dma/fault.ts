import { dmaReasons } from '../../errors/reasons/dma.js';
import { MdevError } from '../../errors/mdev-error.js';
import type { DmaAccess, Pasid } from './dma.js';

/** A DMA access that was refused. */
export interface DmaFault {
  readonly pasid: Pasid;
  /** Where the access began; 0 if that was no address. */
  readonly iova: bigint;
  /** Bytes of the whole access; 0 if that was no length. */
  readonly length: number;
  readonly access: DmaAccess;
  /**
   * `unattached`: the PASID leads nowhere; `unmapped`: a byte is not mapped; `permission`: a map does not allow
   * it; `memory`: the memory behind a map is gone, failed, or has no view; `request`: nobody granted it.
   */
  readonly cause: 'unattached' | 'unmapped' | 'permission' | 'memory' | 'request';
}

/** What a device model catches: EFAULT `dma.fault`, with the fault in typed form. */
export class DmaFaultError extends MdevError {
  readonly fault: DmaFault;

  constructor(fault: DmaFault, cause?: unknown) {
    const { errno, text } = dmaReasons['dma.fault'];
    super(errno, 'dma.fault', text, { ...fault }, cause === undefined ? undefined : { cause });
    this.fault = fault;
  }
}
