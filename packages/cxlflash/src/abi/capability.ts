import { pad, struct, u32, u64, u8, type StructValue } from '@mdevkit/uapi';

/** Id of the vendor capability that tells a client where everything is. */
export const FLASH_CAPABILITY_ID = 0xcf1a;

/** Commands are submitted by `ioarrin`; there is no submission queue (SISL_INTVER_CAP_SQ_CMD_MODE). */
export const FLASH_MODE_IOARRIN = 1 << 0;

/**
 * Payload of the vendor capability. Its version is `FLASH_ABI_VERSION`; later fields may be appended within a version, so a
 * client takes the capability's length as a minimum.
 */
export const FlashCapability = struct('flash_capability', {
  host_bar: u8(0),
  pad: pad(1, 3),
  /** Ways to submit commands, FLASH_MODE_* or-ed together. */
  modes: u32(4),
  /** Windows in the BAR. */
  contexts: u32(8),
  /** Bytes from one window to the next. */
  host_stride: u32(12),
  /** Commands that a context may have under way. */
  command_room: u32(16),
  /** Resource handles of a context. */
  resources: u32(20),
  /** Capabilities as `interface_version` has them, SISL_INTVER_CAP_*. */
  interface_capabilities: u64(24),
});

/** {@link FlashCapability}, decoded. */
export type FlashCapabilityValue = StructValue<typeof FlashCapability>;
