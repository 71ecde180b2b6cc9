import { bytes, overlay, struct, u16, u32, u64, u8 } from '../../codec/index.js';

/**
 * From a resource handle and a block to a block of a LUN: the resource handle table of a context,
 * and the translation table of a virtual LUN. Both are in the byte order of the host.
 *
 * Source: `drivers/scsi/cxlflash/sislite.h`; `drivers/scsi/cxlflash/vlun.h` for chunks and shifts.
 */

/**
 * Entry of a resource table for a virtual LUN, format 0, at an address that is a multiple of 16:
 * the address of `lxt_cnt` translations, each for 2^`nmask` blocks. An entry whose `nmask` is 0
 * is free.
 */
export const SislRhtEntry = struct('sisl_rht_entry', {
  lxt_start: u64(0),
  lxt_cnt: u32(8),
  rsvd: u16(12),
  fp: u8(14),
  nmask: u8(15),
});

/** The same for a whole LUN, format 1. `dw` is its second half as one word, written at once. */
export const SislRhtEntryF1 = struct('sisl_rht_entry_f1', {
  lun_id: u64(0),
  dw: u64(8),
  valid: overlay(u8(8)),
  rsvd: overlay(bytes(9, 5)),
  fp: overlay(u8(14)),
  port_sel: overlay(u8(15)),
});

/** Permissions, the low half of `fp`; the high half is the format. */
export const RHT_PERM_READ = 0x01;
export const RHT_PERM_WRITE = 0x02;
export const RHT_PERM_RW = RHT_PERM_READ | RHT_PERM_WRITE;

/** Bits of a mask of ports. */
export const PORT0 = 0x01;
export const PORT1 = 0x02;
export const PORT2 = 0x04;
export const PORT3 = 0x08;

/**
 * A translation: the physical block in bits 16 to 63, below it the index of the LUN from bit
 * LXT_LUNIDX_SHIFT on, permissions from bit LXT_PERM_SHIFT on, and a mask of ports.
 */
export const SislLxtEntry = struct('sisl_lxt_entry', { rlba_base: u64(0) });

/** Where the parts of a translation begin, and how many entries tables grow by. */
export const LXT_LUNIDX_SHIFT = 8;
export const LXT_PERM_SHIFT = 4;
export const LXT_GROUP_SIZE = 8;

/** The `nmask` in use: a chunk has 2^16 blocks. */
export const MC_RHT_NMASK = 16;
export const MC_CHUNK_SHIFT = MC_RHT_NMASK;
export const MC_CHUNK_SIZE = 1 << MC_RHT_NMASK;
