/**
 * Second set of device registers, in version 2 of the PCI Express capability.
 * Registers are byte offsets from the capability (PCI_CAP_ID_EXP).
 *
 * Source: `include/uapi/linux/pci_regs.h`;
 * PCI Express Base Specification 6.0, sections 7.5.3.15 to 7.5.3.17.
 */

/** Device capabilities 2, 32 bits. */
export const PCI_EXP_DEVCAP2 = 0x24;
export const PCI_EXP_DEVCAP2_COMP_TMOUT_DIS = 0x00000010;
export const PCI_EXP_DEVCAP2_ARI = 0x00000020;
export const PCI_EXP_DEVCAP2_ATOMIC_ROUTE = 0x00000040;
export const PCI_EXP_DEVCAP2_ATOMIC_COMP32 = 0x00000080;
export const PCI_EXP_DEVCAP2_ATOMIC_COMP64 = 0x00000100;
export const PCI_EXP_DEVCAP2_ATOMIC_COMP128 = 0x00000200;
export const PCI_EXP_DEVCAP2_LTR = 0x00000800;
export const PCI_EXP_DEVCAP2_OBFF_MASK = 0x000c0000;
export const PCI_EXP_DEVCAP2_OBFF_MSG = 0x00040000;
export const PCI_EXP_DEVCAP2_OBFF_WAKE = 0x00080000;
export const PCI_EXP_DEVCAP2_EE_PREFIX = 0x00200000;

/** Device control 2, 16 bits. */
export const PCI_EXP_DEVCTL2 = 0x28;
export const PCI_EXP_DEVCTL2_COMP_TIMEOUT = 0x000f;
export const PCI_EXP_DEVCTL2_COMP_TMOUT_DIS = 0x0010;
export const PCI_EXP_DEVCTL2_ARI = 0x0020;
export const PCI_EXP_DEVCTL2_ATOMIC_REQ = 0x0040;
export const PCI_EXP_DEVCTL2_ATOMIC_EGRESS_BLOCK = 0x0080;
export const PCI_EXP_DEVCTL2_IDO_REQ_EN = 0x0100;
export const PCI_EXP_DEVCTL2_IDO_CMP_EN = 0x0200;
export const PCI_EXP_DEVCTL2_LTR_EN = 0x0400;
export const PCI_EXP_DEVCTL2_OBFF_MSGA_EN = 0x2000;
export const PCI_EXP_DEVCTL2_OBFF_MSGB_EN = 0x4000;
export const PCI_EXP_DEVCTL2_OBFF_WAKE_EN = 0x6000;

/** Device status 2, 16 bits, all reserved. */
export const PCI_EXP_DEVSTA2 = 0x2a;
