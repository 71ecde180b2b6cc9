/**
 * The fields of the 32-bit words that begin extended capabilities. The kernel has these as macros
 * with an argument; here they are functions.
 *
 * Source: `include/uapi/linux/pci_regs.h` (PCI_EXT_CAP_*, PCI_VNDR_HEADER_*, PCI_DVSEC_HEADER1_*);
 * PCI Express Base Specification 6.0, sections 7.6.3, 7.9.5 and 7.9.6.
 */

/** What the first word of an extended capability says. */
export interface PciExtCapHeader {
  /** PCI_EXT_CAP_ID_*, 16 bits */
  readonly id: number;
  /** 4 bits */
  readonly version: number;
  /** byte offset of the next one in configuration space, a multiple of 4; 0 ends the list */
  readonly next: number;
}

/**
 * Reads the first word of an extended capability.
 *
 * @param word - 32 bits, at offset 0 of the capability
 */
export function readPciExtCapHeader(word: number): PciExtCapHeader {
  return { id: word & 0xffff, version: (word >>> 16) & 0xf, next: (word >>> 20) & 0xffc };
}

/**
 * Builds the first word of an extended capability; bits that do not fit their field are dropped.
 *
 * @returns 32 bits, unsigned
 */
export function pciExtCapHeader({ id, version, next }: PciExtCapHeader): number {
  return ((id & 0xffff) | ((version & 0xf) << 16) | ((next & 0xffc) << 20)) >>> 0;
}

/** What the word after the header says in the vendor-specific and the designated one. */
export interface PciVendorHeader {
  /** the vendor's own identifier (vendor-specific), or the vendor (designated), 16 bits */
  readonly id: number;
  /** 4 bits */
  readonly revision: number;
  /** bytes of the whole capability, 12 bits */
  readonly length: number;
}

/**
 * Reads the word at PCI_VNDR_HEADER or at PCI_DVSEC_HEADER1: both have one layout.
 *
 * @param word - 32 bits
 */
export function readPciVendorHeader(word: number): PciVendorHeader {
  return { id: word & 0xffff, revision: (word >>> 16) & 0xf, length: (word >>> 20) & 0xfff };
}

/**
 * Builds the word at PCI_VNDR_HEADER or at PCI_DVSEC_HEADER1; bits that do not fit are dropped.
 *
 * @returns 32 bits, unsigned
 */
export function pciVendorHeader({ id, revision, length }: PciVendorHeader): number {
  return ((id & 0xffff) | ((revision & 0xf) << 16) | ((length & 0xfff) << 20)) >>> 0;
}
