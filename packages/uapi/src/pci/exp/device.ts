/**
 * Device registers of the PCI Express capability.
 * Registers are byte offsets from the capability (PCI_CAP_ID_EXP).
 *
 * Source: `include/uapi/linux/pci_regs.h`;
 * PCI Express Base Specification 6.0, sections 7.5.3.3 to 7.5.3.5.
 */

/** Device capabilities, 32 bits. A payload field n stands for 128 << n bytes. */
export const PCI_EXP_DEVCAP = 0x04;
export const PCI_EXP_DEVCAP_PAYLOAD = 0x00000007;
export const PCI_EXP_DEVCAP_PHANTOM = 0x00000018;
export const PCI_EXP_DEVCAP_EXT_TAG = 0x00000020;
export const PCI_EXP_DEVCAP_L0S = 0x000001c0;
export const PCI_EXP_DEVCAP_L1 = 0x00000e00;
export const PCI_EXP_DEVCAP_ATN_BUT = 0x00001000;
export const PCI_EXP_DEVCAP_ATN_IND = 0x00002000;
export const PCI_EXP_DEVCAP_PWR_IND = 0x00004000;
export const PCI_EXP_DEVCAP_RBER = 0x00008000;
export const PCI_EXP_DEVCAP_PWR_VAL = 0x03fc0000;
export const PCI_EXP_DEVCAP_PWR_SCL = 0x0c000000;
export const PCI_EXP_DEVCAP_FLR = 0x10000000;

/** Device control, 16 bits. */
export const PCI_EXP_DEVCTL = 0x08;
export const PCI_EXP_DEVCTL_CERE = 0x0001;
export const PCI_EXP_DEVCTL_NFERE = 0x0002;
export const PCI_EXP_DEVCTL_FERE = 0x0004;
export const PCI_EXP_DEVCTL_URRE = 0x0008;
export const PCI_EXP_DEVCTL_RELAX_EN = 0x0010;
export const PCI_EXP_DEVCTL_PAYLOAD = 0x00e0;
export const PCI_EXP_DEVCTL_PAYLOAD_128B = 0x0000;
export const PCI_EXP_DEVCTL_PAYLOAD_256B = 0x0020;
export const PCI_EXP_DEVCTL_PAYLOAD_512B = 0x0040;
export const PCI_EXP_DEVCTL_PAYLOAD_1024B = 0x0060;
export const PCI_EXP_DEVCTL_PAYLOAD_2048B = 0x0080;
export const PCI_EXP_DEVCTL_PAYLOAD_4096B = 0x00a0;
export const PCI_EXP_DEVCTL_EXT_TAG = 0x0100;
export const PCI_EXP_DEVCTL_PHANTOM = 0x0200;
export const PCI_EXP_DEVCTL_AUX_PME = 0x0400;
export const PCI_EXP_DEVCTL_NOSNOOP_EN = 0x0800;
export const PCI_EXP_DEVCTL_READRQ = 0x7000;
export const PCI_EXP_DEVCTL_READRQ_128B = 0x0000;
export const PCI_EXP_DEVCTL_READRQ_256B = 0x1000;
export const PCI_EXP_DEVCTL_READRQ_512B = 0x2000;
export const PCI_EXP_DEVCTL_READRQ_1024B = 0x3000;
export const PCI_EXP_DEVCTL_READRQ_2048B = 0x4000;
export const PCI_EXP_DEVCTL_READRQ_4096B = 0x5000;
export const PCI_EXP_DEVCTL_BCR_FLR = 0x8000;

/** Device status, 16 bits: the four error bits are cleared by writing 1. */
export const PCI_EXP_DEVSTA = 0x0a;
export const PCI_EXP_DEVSTA_CED = 0x0001;
export const PCI_EXP_DEVSTA_NFED = 0x0002;
export const PCI_EXP_DEVSTA_FED = 0x0004;
export const PCI_EXP_DEVSTA_URD = 0x0008;
export const PCI_EXP_DEVSTA_AUXPD = 0x0010;
export const PCI_EXP_DEVSTA_TRPND = 0x0020;
