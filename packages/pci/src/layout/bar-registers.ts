import type { RegisterSpec } from '@mdevkit/core';
import {
  PCI_BASE_ADDRESS_0,
  PCI_BASE_ADDRESS_IO_MASK,
  PCI_BASE_ADDRESS_MEM_MASK,
  PCI_BASE_ADDRESS_MEM_PREFETCH,
  PCI_BASE_ADDRESS_MEM_TYPE_64,
  PCI_BASE_ADDRESS_SPACE_IO,
  PCI_ROM_ADDRESS,
  PCI_ROM_ADDRESS_ENABLE,
  PCI_ROM_ADDRESS_MASK,
} from '@mdevkit/uapi';
import type { CompiledBar } from './bars.js';

/**
 * The registers of one BAR. Address bits below the size cannot be set, so a register written with all
 * ones reads back as its size mask with its type bits.
 *
 * Source: PCI Express Base Specification 6.0, section 7.5.1.2.1.
 */
export function barRegisters(bar: CompiledBar): readonly RegisterSpec[] {
  const { index, size } = bar;
  if (bar.kind === 'io') {
    const mask = addressMask(size) & PCI_BASE_ADDRESS_IO_MASK;
    return [register(index, mask, PCI_BASE_ADDRESS_SPACE_IO)];
  }
  const prefetch = bar.prefetchable ? PCI_BASE_ADDRESS_MEM_PREFETCH : 0;
  const mask = addressMask(size) & PCI_BASE_ADDRESS_MEM_MASK;
  return bar.kind === 'memory32'
    ? [register(index, mask, prefetch)]
    : [
        register(index, mask, prefetch | PCI_BASE_ADDRESS_MEM_TYPE_64),
        register(index + 1, addressMask(size / 2 ** 32), 0),
      ];
}

/** The expansion ROM register (section 7.5.1.2.4). */
export function romRegister(size: number): RegisterSpec {
  const mask = (addressMask(size) & PCI_ROM_ADDRESS_MASK) | PCI_ROM_ADDRESS_ENABLE;
  return {
    name: 'rom',
    offset: PCI_ROM_ADDRESS,
    width: 4,
    access: 'rw',
    writeMask: mask >>> 0,
  };
}

/** The bits of a 32-bit word that select among blocks of `size` bytes; all of them below one byte. */
function addressMask(size: number): number {
  return size >= 2 ** 32 ? 0 : 2 ** 32 - Math.max(size, 1);
}

function register(index: number, mask: number, reset: number): RegisterSpec {
  const name = `bar${index}`;
  const offset = PCI_BASE_ADDRESS_0 + 4 * index;
  return mask === 0
    ? { name, offset, width: 4, access: 'ro', reset }
    : { name, offset, width: 4, access: 'rw', writeMask: mask >>> 0, reset };
}
