/**
 * What a CXL device shows in config space: designated vendor-specific capabilities (DVSEC) of PCI_VENDOR_ID_CXL. Offsets are
 * from the start of the extended capability.
 *
 * Source: `include/uapi/linux/pci_regs.h` and `drivers/cxl/cxlpci.h`; CXL 3.1, sections 8.1.3 and 8.1.9.
 */

/** Class, subclass and programming interface of a memory device. */
export const CXL_MEMORY_CLASS = 0x050210;

/** For CXL devices. */
export const CXL_DVSEC_PCIE_DEVICE = 0;
export const CXL_DVSEC_PCIE_DEVICE_REVISION = 3;
export const CXL_DVSEC_PCIE_DEVICE_LENGTH = 0x3c;

/** 16 bits each. */
export const CXL_DVSEC_CAP_OFFSET = 0x0a;
export const CXL_DVSEC_IO_CAPABLE = 0x0002;
export const CXL_DVSEC_MEM_CAPABLE = 0x0004;
export const CXL_DVSEC_MEM_HWINIT_MODE = 0x0008;
/** How many ranges there are. */
export const CXL_DVSEC_HDM_COUNT_MASK = 0x0030;

export const CXL_DVSEC_CTRL_OFFSET = 0x0c;
export const CXL_DVSEC_IO_ENABLE = 0x0002;
export const CXL_DVSEC_MEM_ENABLE = 0x0004;

/** The first range of memory, 32 bits each; the second follows after 16 bytes. */
export const CXL_DVSEC_RANGE_SIZE_HIGH_OFFSET = 0x18;
export const CXL_DVSEC_RANGE_SIZE_LOW_OFFSET = 0x1c;
export const CXL_DVSEC_RANGE_BASE_HIGH_OFFSET = 0x20;
export const CXL_DVSEC_RANGE_BASE_LOW_OFFSET = 0x24;
export const CXL_DVSEC_RANGE_STRIDE = 0x10;

/** In the low word of a size. */
export const CXL_DVSEC_MEM_INFO_VALID = 0x00000001;
export const CXL_DVSEC_MEM_ACTIVE = 0x00000002;
export const CXL_DVSEC_MEM_TYPE_MASK = 0x0000001c;
export const CXL_DVSEC_MEM_CLASS_MASK = 0x000000e0;
export const CXL_DVSEC_MEM_SIZE_LOW_MASK = 0xf0000000;

/** What CXL_DVSEC_MEM_TYPE_MASK and CXL_DVSEC_MEM_CLASS_MASK hold when the CDAT says what the memory is like. */
export const CXL_DVSEC_MEM_TYPE_CDAT = 2;

/** Register locator: where the blocks of registers are. */
export const CXL_DVSEC_REG_LOCATOR = 8;
export const CXL_DVSEC_REG_LOCATOR_REVISION = 0;
export const CXL_DVSEC_REG_LOCATOR_BLOCK1_OFFSET = 0x0c;
export const CXL_DVSEC_REG_LOCATOR_BIR_MASK = 0x00000007;
export const CXL_DVSEC_REG_LOCATOR_BLOCK_ID_MASK = 0x0000ff00;
export const CXL_DVSEC_REG_LOCATOR_BLOCK_OFF_LOW_MASK = 0xffff0000;

/** Kinds of blocks. */
export const CXL_REGLOC_RBI_COMPONENT = 1;
export const CXL_REGLOC_RBI_MEMDEV = 3;
