/**
 * Small extended capabilities: device serial number, designated vendor-specific and
 * vendor-specific. Offsets are from the extended capability.
 *
 * Source: `include/uapi/linux/pci_regs.h`; PCI Express Base Specification 6.0, sections 7.9.3 (DSN),
 * 7.9.5 (vendor-specific) and 7.9.6 (DVSEC).
 */

/** Bytes of the device serial number capability: header, then the low and the high 32 bits. */
export const PCI_EXT_CAP_DSN_SIZEOF = 12;

/**
 * Designated vendor-specific: vendor, revision and length; then the identifier the vendor chose.
 */
export const PCI_DVSEC_HEADER1 = 0x4;
export const PCI_DVSEC_HEADER2 = 0x8;

/**
 * Vendor-specific: identifier in bits 15..0, revision in 19..16, length in bytes from bit 20 on.
 */
export const PCI_VNDR_HEADER = 4;

/** The same register under the older name. */
export const PCI_VSEC_HDR = 4;
export const PCI_VSEC_HDR_LEN_SHIFT = 20;
