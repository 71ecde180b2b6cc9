import { struct, u64 } from '../../codec/index.js';

/**
 * Registers of a context that its user sees, in a window of 64 KiB. All are big-endian whatever
 * the host is, and can be accessed 8 bytes at a time only.
 *
 * Source: `drivers/scsi/cxlflash/sislite.h`.
 */

/**
 * The registers. `rrq_end` and `sq_end` are the addresses of the last entries, and are written
 * after the starts. Offsets for a device model: `SislHostMap.fields.ioarrin.offset`.
 */
export const SislHostMap = struct(
  'sisl_host_map',
  {
    endian_ctrl: u64(0x00),
    intr_status: u64(0x08),
    intr_clear: u64(0x10),
    intr_mask: u64(0x18),
    ioarrin: u64(0x20),
    rrq_start: u64(0x28),
    rrq_end: u64(0x30),
    cmd_room: u64(0x38),
    ctx_ctrl: u64(0x40),
    mbox_w: u64(0x48),
    sq_start: u64(0x50),
    sq_end: u64(0x58),
    sq_head: u64(0x60),
    sq_tail: u64(0x68),
    sq_ctx_reset: u64(0x70),
  },
  { endian: 'big' },
);

/** Values of `endian_ctrl`: the byte order of what the user puts into memory. */
export const SISL_ENDIAN_CTRL_BE = 0x8000_0000_0000_0080n;
export const SISL_ENDIAN_CTRL_LE = 0n;

/**
 * Bits of `intr_status`, and of `intr_clear` and `intr_mask`. After a PERM_ERR a context can only
 * be given up: nobody knows which request caused it.
 */
export const SISL_ISTATUS_PERM_ERR_LISN_3_EA = 0x0400n;
export const SISL_ISTATUS_PERM_ERR_LISN_2_EA = 0x0200n;
export const SISL_ISTATUS_PERM_ERR_LISN_1_EA = 0x0100n;
export const SISL_ISTATUS_PERM_ERR_LISN_3_PASID = 0x0080n;
export const SISL_ISTATUS_PERM_ERR_LISN_2_PASID = 0x0040n;
export const SISL_ISTATUS_PERM_ERR_LISN_1_PASID = 0x0020n;
export const SISL_ISTATUS_PERM_ERR_CMDROOM = 0x0010n;
export const SISL_ISTATUS_PERM_ERR_RCB_READ = 0x0008n;
export const SISL_ISTATUS_PERM_ERR_SA_WRITE = 0x0004n;
export const SISL_ISTATUS_PERM_ERR_RRQ_WRITE = 0x0002n;
export const SISL_ISTATUS_TEMP_ERR_PAGEIN = 0x0001n;

/** All of those, and the value of `intr_mask` that lets them through: 1 holds an interrupt back. */
export const SISL_ISTATUS_UNMASK = 0x07ffn;
export const SISL_ISTATUS_MASK = 0xffff_ffff_ffff_f800n;

/** Bits of `ctx_ctrl`: unmap is served; the interrupt to raise for `intr_status`. */
export const SISL_CTX_CTRL_UNMAP_SECTOR = 1n << 63n;
export const SISL_CTX_CTRL_LISN_MASK = 0xffn;
