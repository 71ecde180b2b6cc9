import { struct, u16, u32, u8 } from '../codec/index.js';

/**
 * Registers of a memory device: an array of capabilities, its status and its mailbox.
 *
 * Source: `drivers/cxl/cxl.h` and `drivers/cxl/cxlmem.h`; CXL 3.1, section 8.2.8.
 */

/** The array itself: `type` 1 says that it is a memory device's. */
export const CxlDeviceCapabilities = struct('cxl_device_capabilities', {
  id: u16(0),
  version: u8(2),
  type: u8(3),
  count: u16(4),
  reserved: u16(6),
});

/** An element of the array, at multiples of its size; `offset` is from the start of the block. */
export const CxlDeviceCapability = struct('cxl_device_capability', {
  id: u16(0),
  version: u8(2),
  reserved: u8(3),
  offset: u32(4),
  length: u32(8),
  reserved2: u32(12),
});

/** Capabilities. */
export const CXLDEV_CAP_ARRAY_CAP_ID = 0x0000;
export const CXLDEV_CAP_CAP_ID_DEVICE_STATUS = 0x0001;
export const CXLDEV_CAP_CAP_ID_PRIMARY_MAILBOX = 0x0002;
export const CXLDEV_CAP_CAP_ID_MEMDEV = 0x4000;

/** Mailbox: 32 bits. The payload has as many bytes as 2 to the power of the first field: 256 to 1 MiB. */
export const CXLDEV_MBOX_CAPS_OFFSET = 0x00;
export const CXLDEV_MBOX_CAP_PAYLOAD_SIZE_MASK = 0x0000001f;

/** 32 bits. */
export const CXLDEV_MBOX_CTRL_OFFSET = 0x04;
export const CXLDEV_MBOX_CTRL_DOORBELL = 0x00000001;

/** 64 bits: the operation, and how long its payload is. */
export const CXLDEV_MBOX_CMD_OFFSET = 0x08;
export const CXLDEV_MBOX_CMD_COMMAND_OPCODE_MASK = 0x0000_0000_0000_ffffn;
export const CXLDEV_MBOX_CMD_PAYLOAD_LENGTH_MASK = 0x0000_001f_ffff_0000n;

/** 64 bits: how the operation ended. */
export const CXLDEV_MBOX_STATUS_OFFSET = 0x10;
export const CXLDEV_MBOX_STATUS_RET_CODE_MASK = 0x0000_ffff_0000_0000n;

/** 64 bits: the operation in the background. */
export const CXLDEV_MBOX_BG_CMD_STATUS_OFFSET = 0x18;

/** The payload. */
export const CXLDEV_MBOX_PAYLOAD_OFFSET = 0x20;

/** Memory device status, 64 bits. */
export const CXLMDEV_STATUS_OFFSET = 0x00;
export const CXLMDEV_DEV_FATAL = 0x01;
export const CXLMDEV_FW_HALT = 0x02;
export const CXLMDEV_MS_READY = 0x04;
export const CXLMDEV_MBOX_IF_READY = 0x10;
