import type { AddressSpace, Dma } from '@mdevkit/core';
import type { AfuServices } from '../afu/index.js';

/** What the contexts of one slice share. */
export interface SliceServices extends AfuServices {
  /** Of the client, behind the PCI function. */
  readonly dma: Dma;
  /** The driver's own memory, as the AFU sees it. */
  readonly tables: AddressSpace;
  /** Milliseconds that the end of a context or of a handle waits for commands at the most. */
  readonly drainMs: number;
}
