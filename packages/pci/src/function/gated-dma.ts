import type { Dma, DmaAccess, Iova } from '@mdevkit/core';
import { failure } from '../errors.js';
import type { ConfigSpace } from './config-space.js';

/**
 * Memory access by the function, as long as it may master the bus. Otherwise every method throws
 * `pci.bus-master` (EIO) and transfers nothing: on a bus the request would never be issued.
 *
 * Source: PCI Express Base Specification 6.0, section 7.5.1.1.3 (Bus Master Enable).
 */
export class GatedDma implements Dma {
  readonly #dma: Dma;
  readonly #config: ConfigSpace;

  constructor(dma: Dma, config: ConfigSpace) {
    this.#dma = dma;
    this.#config = config;
  }

  read(iova: Iova, into: Uint8Array): void {
    this.#check(iova, into.length, 'read');
    this.#dma.read(iova, into);
  }

  write(iova: Iova, from: Uint8Array): void {
    this.#check(iova, from.length, 'write');
    this.#dma.write(iova, from);
  }

  view(iova: Iova, length: number, access: DmaAccess): Uint8Array {
    this.#check(iova, length, access);
    return this.#dma.view(iova, length, access);
  }

  #check(iova: Iova, length: number, access: DmaAccess): void {
    if (!this.#config.busMaster) {
      throw failure('pci.bus-master', { iova, length, access });
    }
  }
}
