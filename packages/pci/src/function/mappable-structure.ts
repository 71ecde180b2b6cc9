import { DeviceMemory } from '@mdevkit/core';
import type { SynchronousHandler } from './msix-table.js';

/**
 * An MSI-X structure whose pages a client may map. Reads and writes answer as they do without: that the pages
 * can be mapped changes nothing of them.
 *
 * Source: Linux include/uapi/linux/vfio.h, VFIO_REGION_INFO_CAP_MSIX_MAPPABLE; drivers/vfio/pci/vfio_pci_rdwr.c,
 * vfio_pci_bar_rw.
 */
export class MappableStructure extends DeviceMemory {
  readonly #handler: SynchronousHandler;

  constructor(size: number, handler: SynchronousHandler) {
    super(size);
    this.#handler = handler;
  }

  override read(offset: number, data: DataView, at: number, length: number): number {
    return this.#handler.read(offset, data, at, length);
  }

  override write(offset: number, data: DataView, at: number, length: number): number {
    return this.#handler.write(offset, data, at, length);
  }
}
