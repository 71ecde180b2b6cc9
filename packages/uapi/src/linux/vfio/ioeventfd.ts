import { s32, struct, u32, u64 } from '../../codec/index.js';

/**
 * Writes the kernel does by itself when an eventfd is signalled: VFIO_DEVICE_IOEVENTFD.
 *
 * Source: `include/uapi/linux/vfio.h`.
 */

/** Flags of {@link VfioDeviceIoeventfd}: the width of the write in bits, exactly one. */
export const VFIO_DEVICE_IOEVENTFD_8 = 1 << 0;
export const VFIO_DEVICE_IOEVENTFD_16 = 1 << 1;
export const VFIO_DEVICE_IOEVENTFD_32 = 1 << 2;
export const VFIO_DEVICE_IOEVENTFD_64 = 1 << 3;
export const VFIO_DEVICE_IOEVENTFD_SIZE_MASK = 0xf;

/** Argument of VFIO_DEVICE_IOEVENTFD; `fd` -1 takes an earlier one back. */
export const VfioDeviceIoeventfd = struct('vfio_device_ioeventfd', {
  argsz: u32(0),
  flags: u32(4),
  offset: u64(8),
  data: u64(16),
  fd: s32(24),
  reserved: u32(28),
});
