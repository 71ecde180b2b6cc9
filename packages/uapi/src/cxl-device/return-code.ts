/**
 * How a command of the mailbox ended.
 *
 * Source: `drivers/cxl/cxlmem.h`; CXL 3.1, section 8.2.8.4.5.1.
 */
export const CXL_MBOX_CMD_RC_SUCCESS = 0x00;
export const CXL_MBOX_CMD_RC_BACKGROUND = 0x01;
export const CXL_MBOX_CMD_RC_INPUT = 0x02;
export const CXL_MBOX_CMD_RC_UNSUPPORTED = 0x03;
export const CXL_MBOX_CMD_RC_INTERNAL = 0x04;
export const CXL_MBOX_CMD_RC_RETRY = 0x05;
export const CXL_MBOX_CMD_RC_BUSY = 0x06;
export const CXL_MBOX_CMD_RC_HANDLE = 0x0e;
export const CXL_MBOX_CMD_RC_PADDR = 0x0f;
export const CXL_MBOX_CMD_RC_POISONLMT = 0x10;
export const CXL_MBOX_CMD_RC_MEDIAFAILURE = 0x11;
export const CXL_MBOX_CMD_RC_PAYLOADLEN = 0x16;
export const CXL_MBOX_CMD_RC_LOG = 0x17;
