import { bytes, struct, u16, u32, u64, u8 } from '../codec/index.js';

/**
 * Poison: lines of 64 bytes whose contents are known to be lost.
 *
 * Source: `drivers/cxl/cxlmem.h`; CXL 3.1, sections 8.2.9.9.4.1 to 8.2.9.9.4.3.
 */

/** What GET_POISON takes: bytes of the address and lines of 64 bytes. */
export const CxlMboxPoisonIn = struct('cxl_mbox_poison_in', { offset: u64(0), length: u64(8) });

/** Answer of GET_POISON; {@link CxlPoisonRecord} follow it. */
export const CxlMboxPoisonOut = struct(
  'cxl_mbox_poison_out',
  { flags: u8(0), rsvd1: u8(1), overflow_ts: u64(2), count: u16(10), rsvd2: bytes(12, 20) },
  { packed: true },
);

/** Address of the first line with the source in its low bits, and how many lines. */
export const CxlPoisonRecord = struct('cxl_poison_record', {
  address: u64(0),
  length: u32(8),
  rsvd: u32(12),
});

/** Bytes of a line. */
export const CXL_POISON_LEN_MULT = 64;

/** Flags of {@link CxlMboxPoisonOut}. */
export const CXL_POISON_FLAG_MORE = 0x01;
export const CXL_POISON_FLAG_OVERFLOW = 0x02;

/** Where the poison came from. */
export const CXL_POISON_SOURCE_UNKNOWN = 0;
export const CXL_POISON_SOURCE_EXTERNAL = 1;
export const CXL_POISON_SOURCE_INTERNAL = 2;
export const CXL_POISON_SOURCE_INJECTED = 3;
export const CXL_POISON_SOURCE_VENDOR = 7;

/** What INJECT_POISON takes. */
export const CxlMboxInjectPoison = struct('cxl_mbox_inject_poison', { address: u64(0) });

/** What CLEAR_POISON takes: the line and what it holds from now on. */
export const CxlMboxClearPoison = struct('cxl_mbox_clear_poison', {
  address: u64(0),
  write_data: bytes(8, CXL_POISON_LEN_MULT),
});
