/**
 * Process address space identifiers (PCI_EXT_CAP_ID_PASID): registers by offset from the extended
 * capability.
 *
 * Source: `include/uapi/linux/pci_regs.h`; PCI Express Base Specification 6.0, section 7.8.9.
 */

/** Capabilities, 16 bits. */
export const PCI_PASID_CAP = 0x04;
export const PCI_PASID_CAP_EXEC = 0x02;
export const PCI_PASID_CAP_PRIV = 0x04;

/** How many bits an identifier has, 0 to 20, in bits 12..8. */
export const PCI_PASID_CAP_WIDTH = 0x1f00;

/** Control, 16 bits. */
export const PCI_PASID_CTRL = 0x06;
export const PCI_PASID_CTRL_ENABLE = 0x01;
export const PCI_PASID_CTRL_EXEC = 0x02;
export const PCI_PASID_CTRL_PRIV = 0x04;

/** Bytes of the capability. */
export const PCI_EXT_CAP_PASID_SIZEOF = 8;
