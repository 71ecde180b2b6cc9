import { pad, struct, u32, u8, type StructValue } from '@mdevkit/uapi';

/** Id of the vendor capability that tells a client everything it has to know. */
export const ACCEL_CAPABILITY_ID = 0xacc1;

/**
 * Payload of the vendor capability. Its version is `ACCEL_ABI_VERSION`; later fields may be appended within
 * a version, so a client takes the capability's length as a minimum.
 */
export const AccelCapability = struct('accel_capability', {
  /** BARs of the control registers, the doorbells and the shared region. */
  control_bar: u8(0),
  doorbell_bar: u8(1),
  shared_bar: u8(2),
  /** Queues of this device; they have the indexes below. */
  queue_count: u8(3),
  /** Where the registers of queue 0 start in the control BAR, and how far queues are apart. */
  queue_offset: u32(4),
  queue_stride: u32(8),
  /** How far the doorbells of queues are apart in the doorbell BAR. */
  doorbell_stride: u32(12),
  /** Bytes of the shared region, from the start of its BAR. */
  shared_size: u32(16),
  /** Bit n: opcode n is offered. */
  algorithms: u32(20),
  /** Bytes that each buffer of a job may have, at the most. */
  max_transfer: u32(24),
  /** Logarithm of the deepest ring. */
  max_depth_log2: u8(28),
  /** Jobs of one queue that are worked on at the same time. */
  in_flight: u8(29),
  pad: pad(30, 2),
});

/** {@link AccelCapability}, decoded. */
export type AccelCapabilityValue = StructValue<typeof AccelCapability>;
