import { Region, type RangeHandler } from '@mdevkit/core';

/**
 * The CONFIG region. The registers take accesses of any width and alignment.
 *
 * Source: Linux drivers/vfio/pci/vfio_pci_config.c, vfio_pci_config_rw (EFAULT beyond the end).
 */
export function configRegion(size: number, handler: RangeHandler): Region {
  return new Region({
    name: 'config',
    size,
    bounds: 'fault',
    ranges: [{ kind: 'trapped', offset: 0, size, handler, split: 'none' }],
  });
}

/**
 * The expansion ROM region, read-only. `contents` is shared by all functions of a layout. The enable bit of
 * its register does not matter, as the kernel sets it for the access (drivers/pci/rom.c, pci_map_rom);
 * Memory Space Enable does.
 *
 * Source: Linux drivers/vfio/pci/vfio_pci_rdwr.c, vfio_pci_bar_rw.
 */
export function romRegion(contents: Uint8Array, accessible: () => boolean): Region {
  const size = contents.length;
  return new Region({
    name: 'rom',
    size,
    access: 'ro',
    ranges: [
      { kind: 'trapped', offset: 0, size, handler: new RomHandler(contents), split: 'none' },
    ],
    accessible,
  });
}

class RomHandler implements RangeHandler {
  readonly #contents: Uint8Array;

  constructor(contents: Uint8Array) {
    this.#contents = contents;
  }

  read(offset: number, data: DataView, at: number, length: number): number {
    for (let i = 0; i < length; i++) {
      data.setUint8(at + i, this.#contents[offset + i] ?? 0);
    }
    return length;
  }

  /** Not reached: the region is read-only. */
  write(_offset: number, _data: DataView, _at: number, length: number): number {
    return length;
  }
}
