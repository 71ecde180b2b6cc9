/**
 * What headers of the kernel have no names for, or not yet: the size of the capability, bits of its second version, and
 * who defines which data objects.
 *
 * Source: PCI Express Base Specification 6.1, sections 6.30 and 7.9.24; CXL 3.1, sections 8.1.11.1 and 14.16.4; Linux
 * `drivers/pci/doe.c`, `drivers/cxl/core/pci.c`.
 */

/** Control, asynchronous messages: from capability version 2 on. */
export const PCI_DOE_CTRL_ASYNC_EN = 0x00000008;

/** Status, asynchronous messages: from capability version 2 on. */
export const PCI_DOE_STATUS_ASYNC = 0x00000008;

/** The most words that an object has, header included; its length field is 0 then. */
export const PCI_DOE_MAX_LENGTH = 0x00040000;

/** The bytes of a DOE extended capability. */
export const PCI_DOE_SIZEOF = 0x18;

/** Who defines data objects: the PCI-SIG, and the CXL consortium. */
export const PCI_VENDOR_ID_PCI_SIG = 0x0001;
export const PCI_VENDOR_ID_CXL = 0x1e98;

/** Types of the PCI-SIG. */
export const PCI_DOE_FEATURE_DISCOVERY = 0;
export const PCI_DOE_FEATURE_CMA = 1;
export const PCI_DOE_FEATURE_SSESSION = 2;
export const PCI_DOE_FEATURE_CMA_CONNECTION = 3;
export const PCI_DOE_FEATURE_SSESSION_CONNECTION = 4;
export const PCI_DOE_FEATURE_ASYNC_MESSAGE = 5;

/** Types of the CXL consortium. */
export const CXL_DOE_PROTOCOL_COMPLIANCE = 0;
export const CXL_DOE_PROTOCOL_TABLE_ACCESS = 2;
