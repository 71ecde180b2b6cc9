import { struct, tail, u32, u8 } from '../codec/index.js';

/**
 * VFIO_USER_MIG_DATA_READ and VFIO_USER_MIG_DATA_WRITE, which stand for the descriptor the kernel
 * gives out: the bytes of a device's state. `data` is in the reply of a read and in the request of a
 * write, which has no reply payload. A read that gives less than was asked for is the last.
 *
 * Source: `docs/interop/vfio-user.rst` of QEMU, sections of those names.
 */
export const VfioUserMigData = struct('vfio_user_mig_data', {
  argsz: u32(0),
  size: u32(4),
  data: tail(8, u8),
});
