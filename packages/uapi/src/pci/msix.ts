/**
 * MSI-X (PCI_CAP_ID_MSIX): the capability's registers, and the entries of the table it points to
 * in a BAR.
 *
 * Source: `include/uapi/linux/pci_regs.h`; PCI Express Base Specification 6.0, section 7.7.2.
 */

/** Message control, 16 bits: QSIZE is the number of table entries less one. */
export const PCI_MSIX_FLAGS = 2;
export const PCI_MSIX_FLAGS_QSIZE = 0x07ff;
export const PCI_MSIX_FLAGS_MASKALL = 0x4000;
export const PCI_MSIX_FLAGS_ENABLE = 0x8000;

/** Where the table is: BAR number and an offset in it which is a multiple of 8. */
export const PCI_MSIX_TABLE = 4;
export const PCI_MSIX_TABLE_BIR = 0x00000007;
export const PCI_MSIX_TABLE_OFFSET = 0xfffffff8;

/** Where the pending bits are, one for each entry, in words of 64 bits. */
export const PCI_MSIX_PBA = 8;
export const PCI_MSIX_PBA_BIR = 0x00000007;
export const PCI_MSIX_PBA_OFFSET = 0xfffffff8;

/** Bytes of the capability. */
export const PCI_CAP_MSIX_SIZEOF = 12;

/** A table entry: bytes, and offsets of its four 32-bit words. */
export const PCI_MSIX_ENTRY_SIZE = 16;
export const PCI_MSIX_ENTRY_LOWER_ADDR = 0x0;
export const PCI_MSIX_ENTRY_UPPER_ADDR = 0x4;
export const PCI_MSIX_ENTRY_DATA = 0x8;
export const PCI_MSIX_ENTRY_VECTOR_CTRL = 0xc;
export const PCI_MSIX_ENTRY_CTRL_MASKBIT = 0x00000001;
