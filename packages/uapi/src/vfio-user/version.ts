import { struct, tail, u16, u8 } from '../codec/index.js';

/**
 * Agreeing on a version: VFIO_USER_VERSION, the same both ways.
 *
 * Source: `docs/interop/vfio-user.rst` of QEMU, section VFIO_USER_VERSION.
 */

/** `data` is JSON in UTF-8 that ends in a NUL, or nothing. */
export const VfioUserVersion = struct('vfio_user_version', {
  major: u16(0),
  minor: u16(2),
  data: tail(4, u8),
});
