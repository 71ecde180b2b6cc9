/**
 * Second set of link registers, in version 2 of the PCI Express capability.
 * Registers are byte offsets from the capability (PCI_CAP_ID_EXP).
 *
 * Source: `include/uapi/linux/pci_regs.h`;
 * PCI Express Base Specification 6.0, sections 7.5.3.18 to 7.5.3.20.
 */

/** Link capabilities 2, 32 bits: the speeds as a vector. */
export const PCI_EXP_LNKCAP2 = 0x2c;
export const PCI_EXP_LNKCAP2_SLS_2_5GB = 0x00000002;
export const PCI_EXP_LNKCAP2_SLS_5_0GB = 0x00000004;
export const PCI_EXP_LNKCAP2_SLS_8_0GB = 0x00000008;
export const PCI_EXP_LNKCAP2_SLS_16_0GB = 0x00000010;
export const PCI_EXP_LNKCAP2_SLS_32_0GB = 0x00000020;
export const PCI_EXP_LNKCAP2_SLS_64_0GB = 0x00000040;
export const PCI_EXP_LNKCAP2_CROSSLINK = 0x00000100;

/** Link control 2, 16 bits. */
export const PCI_EXP_LNKCTL2 = 0x30;
export const PCI_EXP_LNKCTL2_TLS = 0x000f;
export const PCI_EXP_LNKCTL2_TLS_2_5GT = 0x0001;
export const PCI_EXP_LNKCTL2_TLS_5_0GT = 0x0002;
export const PCI_EXP_LNKCTL2_TLS_8_0GT = 0x0003;
export const PCI_EXP_LNKCTL2_TLS_16_0GT = 0x0004;
export const PCI_EXP_LNKCTL2_TLS_32_0GT = 0x0005;
export const PCI_EXP_LNKCTL2_TLS_64_0GT = 0x0006;
export const PCI_EXP_LNKCTL2_ENTER_COMP = 0x0010;
export const PCI_EXP_LNKCTL2_TX_MARGIN = 0x0380;
export const PCI_EXP_LNKCTL2_HASD = 0x0020;

/** Link status 2, 16 bits. */
export const PCI_EXP_LNKSTA2 = 0x32;
