import { bytes, struct, tail, u32, u53, u8 } from '../codec/index.js';

/**
 * Accesses to a region by messages: VFIO_USER_REGION_READ, VFIO_USER_REGION_WRITE and
 * VFIO_USER_REGION_WRITE_MULTI. Offsets and counts are in bytes. Reading a 64-bit field that holds
 * 2^53 and more throws a RangeError; no region is as large.
 *
 * Source: `docs/interop/vfio-user.rst` of QEMU, sections of those names.
 */

/** Both ways; `data` is in the reply of a read and in the request of a write. */
export const VfioUserRegionAccess = struct('vfio_user_region_access', {
  offset: u53(0),
  region: u32(8),
  count: u32(12),
  data: tail(16, u8),
});

/** How many bytes one write of {@link VfioUserRegionWriteMulti} holds. */
export const VFIO_USER_MULTI_DATA = 8;
/** How many writes QEMU puts in one message (`hw/vfio-user/protocol.h`). */
export const VFIO_USER_MULTI_MAX = 200;

/** One write; the first `count` bytes of `data` count. */
export const VfioUserRegionWriteOne = struct('vfio_user_region_write_one', {
  offset: u53(0),
  region: u32(8),
  count: u32(12),
  data: bytes(16, VFIO_USER_MULTI_DATA),
});

/** Request of VFIO_USER_REGION_WRITE_MULTI; its reply is `wr_cnt` alone, the writes that were done. */
export const VfioUserRegionWriteMulti = struct('vfio_user_region_write_multi', {
  wr_cnt: u53(0),
  wrs: tail(8, VfioUserRegionWriteOne),
});
