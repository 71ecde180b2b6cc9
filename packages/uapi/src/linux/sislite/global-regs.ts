import { array, bytes, struct, u64 } from '../../codec/index.js';

/**
 * Registers there is one of, for a trusted process. All but one are big-endian.
 *
 * Source: `drivers/scsi/cxlflash/sislite.h`.
 */

/** The registers. `afu_version` is text, lowest byte first. */
export const SislGlobalRegs = struct(
  'sisl_global_regs',
  {
    aintr_status: u64(0x00),
    aintr_clear: u64(0x08),
    aintr_mask: u64(0x10),
    afu_ctrl: u64(0x18),
    afu_hb: u64(0x20),
    afu_scratch_pad: u64(0x28),
    afu_port_sel: u64(0x30),
    afu_config: u64(0x38),
    rsvd: array(0x40, u64, 0xf8),
    afu_version: bytes(0x800, 8),
    interface_version: u64(0x808),
  },
  { endian: 'big' },
);

/** Bits of `afu_config`: what the AFU retries by itself; the host's byte order; the mailbox. */
export const SISL_AFUCONF_AR_IOARCB = 0x4000n;
export const SISL_AFUCONF_AR_LXT = 0x2000n;
export const SISL_AFUCONF_AR_RHT = 0x1000n;
export const SISL_AFUCONF_AR_DATA = 0x0800n;
export const SISL_AFUCONF_AR_RSRC = 0x0400n;
export const SISL_AFUCONF_AR_IOASA = 0x0200n;
export const SISL_AFUCONF_AR_RRQ = 0x0100n;
export const SISL_AFUCONF_AR_ALL = 0x7f00n;
/** The value on little-endian hosts; 0 on others. */
export const SISL_AFUCONF_ENDIAN = 0x0020n;
export const SISL_AFUCONF_MBOX_CLR_READ = 0x0010n;

/** Parts of `interface_version`: capabilities, major and minor number. */
export const SISL_INTVER_CAP_MASK = 0xffff_ffff_0000_0000n;
export const SISL_INTVER_MAJ_MASK = 0xffff_0000n;
export const SISL_INTVER_MIN_MASK = 0xffffn;

/** How far the capabilities are moved down before they are tested, and the major number. */
export const SISL_INTVER_CAP_SHIFT = 16;
export const SISL_INTVER_MAJ_SHIFT = 8;

/** Capabilities, as they stand after that move. */
export const SISL_INTVER_CAP_IOARRIN_CMD_MODE = 0x8000_0000_0000n;
export const SISL_INTVER_CAP_SQ_CMD_MODE = 0x4000_0000_0000n;
export const SISL_INTVER_CAP_RESERVED_CMD_MODE_A = 0x2000_0000_0000n;
export const SISL_INTVER_CAP_RESERVED_CMD_MODE_B = 0x1000_0000_0000n;
export const SISL_INTVER_CAP_LUN_PROVISION = 0x0800_0000_0000n;
export const SISL_INTVER_CAP_AFU_DEBUG = 0x0400_0000_0000n;
export const SISL_INTVER_CAP_OCXL_LISN = 0x0200_0000_0000n;
