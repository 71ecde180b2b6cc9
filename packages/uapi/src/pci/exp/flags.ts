/**
 * PCI Express capability: its first register, and how long the capability is.
 * Registers are byte offsets from the capability (PCI_CAP_ID_EXP).
 *
 * Source: `include/uapi/linux/pci_regs.h`;
 * PCI Express Base Specification 6.0, sections 7.5.3.1 and 7.5.3.2.
 */

/** Capabilities register, 16 bits: version, kind of device or port, interrupt message number. */
export const PCI_EXP_FLAGS = 0x02;
export const PCI_EXP_FLAGS_VERS = 0x000f;
export const PCI_EXP_FLAGS_TYPE = 0x00f0;
export const PCI_EXP_FLAGS_SLOT = 0x0100;
export const PCI_EXP_FLAGS_IRQ = 0x3e00;

/** Values of PCI_EXP_FLAGS_TYPE, once shifted down by 4. */
export const PCI_EXP_TYPE_ENDPOINT = 0x0;
export const PCI_EXP_TYPE_LEG_END = 0x1;
export const PCI_EXP_TYPE_ROOT_PORT = 0x4;
export const PCI_EXP_TYPE_UPSTREAM = 0x5;
export const PCI_EXP_TYPE_DOWNSTREAM = 0x6;
export const PCI_EXP_TYPE_PCI_BRIDGE = 0x7;
export const PCI_EXP_TYPE_PCIE_BRIDGE = 0x8;
export const PCI_EXP_TYPE_RC_END = 0x9;
export const PCI_EXP_TYPE_RC_EC = 0xa;

/**
 * Bytes of the capability, by version and by kind: root complex integrated endpoints have no link.
 */
export const PCI_CAP_EXP_RC_ENDPOINT_SIZEOF_V1 = 12;
export const PCI_CAP_EXP_ENDPOINT_SIZEOF_V1 = 20;
export const PCI_CAP_EXP_RC_ENDPOINT_SIZEOF_V2 = 0x2c;

/** Link Status 2 ends here. Some headers said 0x32, a slip in going from decimal to hex. */
export const PCI_CAP_EXP_ENDPOINT_SIZEOF_V2 = 0x34;
