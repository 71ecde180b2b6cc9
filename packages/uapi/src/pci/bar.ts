/**
 * Base address registers and the expansion ROM register of a type 0 header.
 *
 * A register answers a write of all ones with its size: the address bits below the size stay 0.
 * Masks are 32 bits wide, as the registers are; the C header computes them as `unsigned long`.
 *
 * Source: `include/uapi/linux/pci_regs.h`; PCI Express Base Specification 6.0, section 7.5.1.2.1.
 */

/** The six registers, 32 bits each; a 64-bit one takes two neighbours. */
export const PCI_BASE_ADDRESS_0 = 0x10;
export const PCI_BASE_ADDRESS_1 = 0x14;
export const PCI_BASE_ADDRESS_2 = 0x18;
export const PCI_BASE_ADDRESS_3 = 0x1c;
export const PCI_BASE_ADDRESS_4 = 0x20;
export const PCI_BASE_ADDRESS_5 = 0x24;

/** Bit 0: memory or I/O. */
export const PCI_BASE_ADDRESS_SPACE = 0x01;
export const PCI_BASE_ADDRESS_SPACE_IO = 0x01;
export const PCI_BASE_ADDRESS_SPACE_MEMORY = 0x00;

/** Bits 2..1 of a memory register: how wide the address is. */
export const PCI_BASE_ADDRESS_MEM_TYPE_MASK = 0x06;
export const PCI_BASE_ADDRESS_MEM_TYPE_32 = 0x00;
export const PCI_BASE_ADDRESS_MEM_TYPE_1M = 0x02;
export const PCI_BASE_ADDRESS_MEM_TYPE_64 = 0x04;
export const PCI_BASE_ADDRESS_MEM_PREFETCH = 0x08;

/** The address bits of a memory and of an I/O register. */
export const PCI_BASE_ADDRESS_MEM_MASK = 0xfffffff0;
export const PCI_BASE_ADDRESS_IO_MASK = 0xfffffffc;

/** Expansion ROM register, 32 bits: bit 0 enables decoding. */
export const PCI_ROM_ADDRESS = 0x30;
export const PCI_ROM_ADDRESS_ENABLE = 0x01;
export const PCI_ROM_ADDRESS_MASK = 0xfffff800;
