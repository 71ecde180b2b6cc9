import { array, struct, u64 } from '../../codec/index.js';

/**
 * Registers of a context that only a trusted process sees, 128 bytes for each context. All are
 * big-endian.
 *
 * Source: `drivers/scsi/cxlflash/sislite.h`.
 */

/**
 * The registers. `rht_cnt_id` has the number of entries of the resource table in bits 48 to 63
 * (bit 0 is the lowest) and the context in bits 32 to 47. Reading `mbox_r` unlocks `ctx_cap` for
 * one write.
 */
export const SislCtrlMap = struct(
  'sisl_ctrl_map',
  {
    rht_start: u64(0x00),
    rht_cnt_id: u64(0x08),
    ctx_cap: u64(0x10),
    mbox_r: u64(0x18),
    lisn_pasid: array(0x20, u64, 2),
    lisn_ea: array(0x30, u64, 3),
  },
  { endian: 'big' },
);

/** Bits of `ctx_cap`: what a context may do. */
export const SISL_CTX_CAP_PROXY_ISSUE = 1n << 63n;
export const SISL_CTX_CAP_REAL_MODE = 1n << 62n;
export const SISL_CTX_CAP_HOST_XLATE = 1n << 61n;
export const SISL_CTX_CAP_PROXY_TARGET = 1n << 60n;
export const SISL_CTX_CAP_AFU_CMD = 0x8n;
export const SISL_CTX_CAP_GSCSI_CMD = 0x4n;
export const SISL_CTX_CAP_WRITE_CMD = 0x2n;
export const SISL_CTX_CAP_READ_CMD = 0x1n;
