import { registerLayout } from '@mdevkit/core';
import {
  CXLDEV_CAP_ARRAY_CAP_ID,
  CXLDEV_CAP_CAP_ID_DEVICE_STATUS,
  CXLDEV_CAP_CAP_ID_MEMDEV,
  CXLDEV_CAP_CAP_ID_PRIMARY_MAILBOX,
  CXLDEV_MBOX_BG_CMD_STATUS_OFFSET,
  CXLDEV_MBOX_CAPS_OFFSET,
  CXLDEV_MBOX_CMD_OFFSET,
  CXLDEV_MBOX_CTRL_DOORBELL,
  CXLDEV_MBOX_CTRL_OFFSET,
  CXLDEV_MBOX_PAYLOAD_OFFSET,
  CXLDEV_MBOX_STATUS_OFFSET,
  CxlDeviceCapabilities,
  CxlDeviceCapability,
  CXLMDEV_MBOX_IF_READY,
  CXLMDEV_MS_READY,
} from '@mdevkit/uapi';

/** Bytes of a mailbox's payload, as the power of two that it is: 512. */
const PAYLOAD_LOG2 = 9;
export const MAILBOX_PAYLOAD = 2 ** PAYLOAD_LOG2;

/** Places of the capabilities in the block. */
const STATUS_AT = 0x80;
const MEMDEV_AT = 0x90;
const MAILBOX_AT = 0x100;

/** Where the payload is: behind all registers. */
export const MAILBOX_PAYLOAD_AT = MAILBOX_AT + CXLDEV_MBOX_PAYLOAD_OFFSET;

const STATUS_SIZE = 8;

/** Array of capabilities: one header and three elements. */
const array = capabilityArray([
  [CXLDEV_CAP_CAP_ID_DEVICE_STATUS, STATUS_AT, STATUS_SIZE],
  [CXLDEV_CAP_CAP_ID_PRIMARY_MAILBOX, MAILBOX_AT, CXLDEV_MBOX_PAYLOAD_OFFSET + MAILBOX_PAYLOAD],
  [CXLDEV_CAP_CAP_ID_MEMDEV, MEMDEV_AT, STATUS_SIZE],
]);

/**
 * Registers of a memory device, without the mailbox's payload. Registers of 64 bits are two of 32, the low one first.
 *
 * Source: CXL 3.1, sections 8.2.8.1 to 8.2.8.5.
 */
export const deviceLayout = registerLayout('cxl-device', MAILBOX_PAYLOAD_AT, [
  ...array.map(
    (value, index) =>
      ({
        name: `array-${(4 * index).toString(16).padStart(2, '0')}` as const,
        offset: 4 * index,
        width: 4,
        access: 'ro',
        reset: value,
      }) as const,
  ),
  { name: 'event-status', offset: STATUS_AT, width: 4, access: 'ro' },
  {
    name: 'memory-device-status',
    offset: MEMDEV_AT,
    width: 4,
    access: 'ro',
    reset: CXLMDEV_MS_READY | CXLMDEV_MBOX_IF_READY,
  },
  {
    name: 'mailbox-capabilities',
    offset: MAILBOX_AT + CXLDEV_MBOX_CAPS_OFFSET,
    width: 4,
    access: 'ro',
    reset: PAYLOAD_LOG2,
  },
  {
    name: 'mailbox-control',
    offset: MAILBOX_AT + CXLDEV_MBOX_CTRL_OFFSET,
    width: 4,
    access: 'rw',
    writeMask: CXLDEV_MBOX_CTRL_DOORBELL,
  },
  { name: 'command-low', offset: MAILBOX_AT + CXLDEV_MBOX_CMD_OFFSET, width: 4, access: 'rw' },
  {
    name: 'command-high',
    offset: MAILBOX_AT + CXLDEV_MBOX_CMD_OFFSET + 4,
    width: 4,
    access: 'rw',
    writeMask: 0x1f,
  },
  { name: 'status-low', offset: MAILBOX_AT + CXLDEV_MBOX_STATUS_OFFSET, width: 4, access: 'ro' },
  {
    name: 'status-high',
    offset: MAILBOX_AT + CXLDEV_MBOX_STATUS_OFFSET + 4,
    width: 4,
    access: 'ro',
  },
  {
    name: 'background-low',
    offset: MAILBOX_AT + CXLDEV_MBOX_BG_CMD_STATUS_OFFSET,
    width: 4,
    access: 'ro',
  },
  {
    name: 'background-high',
    offset: MAILBOX_AT + CXLDEV_MBOX_BG_CMD_STATUS_OFFSET + 4,
    width: 4,
    access: 'ro',
  },
]);

/** The registers of one device. */
export type DeviceRegisters = ReturnType<typeof deviceLayout.instantiate>;

/** Words of the array of capabilities. */
function capabilityArray(
  capabilities: readonly (readonly [id: number, offset: number, length: number])[],
): readonly number[] {
  const { size } = CxlDeviceCapability;
  const bytes = new Uint8Array((capabilities.length + 1) * size);
  CxlDeviceCapabilities.encode(
    { id: CXLDEV_CAP_ARRAY_CAP_ID, version: 1, count: capabilities.length },
    bytes,
  );
  capabilities.forEach(([id, offset, length], index) => {
    CxlDeviceCapability.encode({ id, version: 1, offset, length }, bytes, (index + 1) * size);
  });
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(4 * index, true));
}
