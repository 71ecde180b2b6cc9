/**
 * Data object exchange (PCI_EXT_CAP_ID_DOE): a mailbox in configuration space. Registers are offsets
 * from the extended capability, 32 bits each.
 *
 * Source: `include/uapi/linux/pci_regs.h`; PCI Express Base Specification 6.0, sections 6.30 and 7.9.24.
 */

/** Capabilities: whether and how it interrupts. */
export const PCI_DOE_CAP = 0x04;
export const PCI_DOE_CAP_INT_SUP = 0x00000001;
export const PCI_DOE_CAP_INT_MSG_NUM = 0x00000ffe;

/** Control. */
export const PCI_DOE_CTRL = 0x08;
export const PCI_DOE_CTRL_ABORT = 0x00000001;
export const PCI_DOE_CTRL_INT_EN = 0x00000002;
export const PCI_DOE_CTRL_GO = 0x80000000;

/** Status. */
export const PCI_DOE_STATUS = 0x0c;
export const PCI_DOE_STATUS_BUSY = 0x00000001;
export const PCI_DOE_STATUS_INT_STATUS = 0x00000002;
export const PCI_DOE_STATUS_ERROR = 0x00000004;
export const PCI_DOE_STATUS_DATA_OBJECT_READY = 0x80000000;

/** The two mailbox registers. */
export const PCI_DOE_WRITE = 0x10;
export const PCI_DOE_READ = 0x14;

/** The two words before a data object: who defined it and its type, then its length in words. */
export const PCI_DOE_DATA_OBJECT_HEADER_1_VID = 0x0000ffff;
export const PCI_DOE_DATA_OBJECT_HEADER_1_TYPE = 0x00ff0000;
export const PCI_DOE_DATA_OBJECT_HEADER_2_LENGTH = 0x0003ffff;

/** Discovery: index asked for; vendor, protocol and next index answered. */
export const PCI_DOE_DATA_OBJECT_DISC_REQ_3_INDEX = 0x000000ff;
export const PCI_DOE_DATA_OBJECT_DISC_REQ_3_VER = 0x0000ff00;
export const PCI_DOE_DATA_OBJECT_DISC_RSP_3_VID = 0x0000ffff;
export const PCI_DOE_DATA_OBJECT_DISC_RSP_3_PROTOCOL = 0x00ff0000;
export const PCI_DOE_DATA_OBJECT_DISC_RSP_3_NEXT_INDEX = 0xff000000;
