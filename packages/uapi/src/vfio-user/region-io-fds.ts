import { pad, struct, u32, u64 } from '../codec/index.js';

/**
 * Accesses to a region by eventfds, past the client: VFIO_USER_DEVICE_GET_REGION_IO_FDS.
 *
 * Source: `docs/interop/vfio-user.rst` of QEMU, section of that name; the shadow type is
 * libvfio-user's (`include/vfio-user.h`).
 */

/** Values of `type` of an entry. */
export const VFIO_USER_IO_FD_TYPE_IOEVENTFD = 0;
export const VFIO_USER_IO_FD_TYPE_IOREGIONFD = 1;
export const VFIO_USER_IO_FD_TYPE_IOEVENTFD_SHADOW = 2;

/**
 * Request, with `flags` and `count` 0, and start of the reply, which `count` entries follow. An
 * entry has `(argsz - 16) / count` bytes, which a reader must not assume.
 */
export const VfioUserRegionIoFds = struct('vfio_user_region_io_fds', {
  argsz: u32(0),
  flags: u32(4),
  index: u32(8),
  count: u32(12),
});

/**
 * Entry of type IOEVENTFD. `offset` and `size` are in bytes of the region, `flags` are
 * KVM_IOEVENTFD_FLAG_*, and `fd_index` counts the descriptors of the message; 2^32 - 1 is none.
 */
export const VfioUserSubRegionIoeventfd = struct('vfio_user_sub_region_ioeventfd', {
  offset: u64(0),
  size: u64(8),
  fd_index: u32(16),
  type: u32(20),
  flags: u32(24),
  padding: pad(28, 4),
  datamatch: u64(32),
});

/** Entry of type IOREGIONFD, which Linux does not have; `user_data` comes back with each access. */
export const VfioUserSubRegionIoregionfd = struct('vfio_user_sub_region_ioregionfd', {
  offset: u64(0),
  size: u64(8),
  fd_index: u32(16),
  type: u32(20),
  flags: u32(24),
  padding: pad(28, 4),
  user_data: u64(32),
});

/**
 * Entry as libvfio-user writes it for every type. With type IOEVENTFD_SHADOW the value that was
 * written goes to `shadow_offset` of a second descriptor.
 */
export const VfioUserSubRegionIoeventfdShadow = struct('vfio_user_sub_region_ioeventfd_shadow', {
  offset: u64(0),
  size: u64(8),
  fd_index: u32(16),
  type: u32(20),
  flags: u32(24),
  shadow_mem_fd_index: u32(28),
  shadow_offset: u64(32),
  datamatch: u64(40),
});
