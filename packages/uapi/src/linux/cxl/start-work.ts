import { s16, s32, struct, u16, u64 } from '../../codec/index.js';

/**
 * Starting a context: CXL_IOCTL_START_WORK.
 *
 * Source: `include/uapi/misc/cxl.h`.
 */

/**
 * Flags of {@link CxlIoctlStartWork}: `amr` is given; `num_interrupts` is given; a lost card reads
 * as all ones instead of raising a signal; `tid` is asked for.
 */
export const CXL_START_WORK_AMR = 0x1n;
export const CXL_START_WORK_NUM_IRQS = 0x2n;
export const CXL_START_WORK_ERR_FF = 0x4n;
export const CXL_START_WORK_TID = 0x8n;
export const CXL_START_WORK_ALL = 0xfn;

/**
 * Argument of CXL_IOCTL_START_WORK. The meaning of `work_element_descriptor` is the device's own;
 * `num_interrupts` does not count interrupt 0, `tid` is answered.
 */
export const CxlIoctlStartWork = struct('cxl_ioctl_start_work', {
  flags: u64(0),
  work_element_descriptor: u64(8),
  amr: u64(16),
  num_interrupts: s16(24),
  tid: u16(26),
  reserved1: s32(28),
  reserved2: u64(32),
  reserved3: u64(40),
  reserved4: u64(48),
  reserved5: u64(56),
});
