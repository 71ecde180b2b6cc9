import { struct, u16, u32 } from '../codec/index.js';

/**
 * The header of every vfio-user message. All integers of the protocol have the byte order of the
 * host, which this package takes to be little-endian, as it does for the kernel's structs.
 *
 * Source: `docs/interop/vfio-user.rst` of QEMU, section Header.
 */

/** The bits of `flags` that hold the type, and its two values. */
export const VFIO_USER_TYPE_MASK = 0xf;
export const VFIO_USER_TYPE_COMMAND = 0;
export const VFIO_USER_TYPE_REPLY = 1;

/** Further bits of `flags`: a command that must not be answered; a reply that reports an error. */
export const VFIO_USER_NO_REPLY = 1 << 4;
export const VFIO_USER_ERROR = 1 << 5;

/**
 * `msg_size` counts this header too. `error_no` is a positive errno, or 0 when the sender gives
 * none, in a reply with VFIO_USER_ERROR, which then is a header alone.
 */
export const VfioUserHeader = struct('vfio_user_header', {
  msg_id: u16(0),
  cmd: u16(2),
  msg_size: u32(4),
  flags: u32(8),
  error_no: u32(12),
});
