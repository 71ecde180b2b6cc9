/** An I/O virtual address, 0 .. 2^64-1. A number where it is exact, else a bigint. */
export type Iova = number | bigint;

/** What a DMA access does to memory, seen from the device. */
export type DmaAccess = 'read' | 'write';

/**
 * Memory access by the device. Injected into a model. Every method throws an MdevError `dma.fault`
 * (EFAULT, details `iova`, `length`, `access`) when the range is not mapped or not permitted, and reports
 * the same to the client as a `fault` event; nothing was transferred then.
 */
export interface Dma {
  /** Fills `into` from `iova`. */
  read(iova: Iova, into: Uint8Array): void;
  /** Stores `from` at `iova`. */
  write(iova: Iova, from: Uint8Array): void;
  /**
   * The client's memory itself, without a copy, for an access that ends before the handler returns. The
   * range must lie in one map; a range over several maps faults here and is served by read and write.
   */
  view(iova: Iova, length: number, access: DmaAccess): Uint8Array;
}

export const Dma: unique symbol = Symbol.for('@mdevkit/core/Dma');
