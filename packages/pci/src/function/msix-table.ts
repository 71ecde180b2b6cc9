import type { RangeHandler } from '@mdevkit/core';

/** A handler that always answers at once. */
export interface SynchronousHandler extends RangeHandler {
  read(offset: number, data: DataView, at: number, length: number): number;
  write(offset: number, data: DataView, at: number, length: number): number;
}

/**
 * The MSI-X table as a VFIO client sees it: reads give ones and writes are dropped, since messages are
 * programmed through VFIO_DEVICE_SET_IRQS. It has no state, so every function uses this one.
 *
 * Source: Linux drivers/vfio/pci/vfio_pci_rdwr.c, vfio_pci_core_do_io_rw (`x_start`, `x_end`).
 */
export const msixTable: SynchronousHandler = {
  read(_offset, data, at, length) {
    for (let i = 0; i < length; i++) {
      data.setUint8(at + i, 0xff);
    }
    return length;
  },
  write(_offset, _data, _at, length) {
    return length;
  },
};
