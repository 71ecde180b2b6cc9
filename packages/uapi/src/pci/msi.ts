/**
 * Message signalled interrupts (PCI_CAP_ID_MSI): registers by offset from the capability. Where
 * the data, mask and pending registers are depends on whether the address is 32 or 64 bits wide.
 *
 * Source: `include/uapi/linux/pci_regs.h`; PCI Express Base Specification 6.0, section 7.7.1.
 */

/**
 * Message control, 16 bits: QMASK and QSIZE hold the logarithm of a number of vectors, 0 to 5.
 */
export const PCI_MSI_FLAGS = 0x02;
export const PCI_MSI_FLAGS_ENABLE = 0x0001;
export const PCI_MSI_FLAGS_QMASK = 0x000e;
export const PCI_MSI_FLAGS_QSIZE = 0x0070;
export const PCI_MSI_FLAGS_64BIT = 0x0080;
export const PCI_MSI_FLAGS_MASKBIT = 0x0100;
export const PCI_MSI_RFU = 3;

/** Message address. */
export const PCI_MSI_ADDRESS_LO = 0x04;
export const PCI_MSI_ADDRESS_HI = 0x08;

/** The rest, with a 32-bit address. */
export const PCI_MSI_DATA_32 = 0x08;
export const PCI_MSI_MASK_32 = 0x0c;
export const PCI_MSI_PENDING_32 = 0x10;

/** The rest, with a 64-bit address. */
export const PCI_MSI_DATA_64 = 0x0c;
export const PCI_MSI_MASK_64 = 0x10;
export const PCI_MSI_PENDING_64 = 0x14;
