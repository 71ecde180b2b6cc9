import { array, bytes, nested, overlay, struct, u32, u64, u8 } from '../../codec/index.js';

/**
 * Responses of the AFU, in the byte order of the host, at an address that is a multiple of 16.
 *
 * Source: `drivers/scsi/cxlflash/sislite.h`.
 */

/** How a request ended, a byte for each who may object; all four are 0 when it is done. */
export const SislRc = struct('sisl_rc', {
  flags: u8(0),
  afu_rc: u8(1),
  scsi_rc: u8(2),
  fc_rc: u8(3),
});

/** Value of `ioasc` in {@link SislIoasa}. */
export const SISL_IOASC_GOOD_COMPLETION = 0;

/** Bytes of sense data and of the name of a LUN. */
export const SISL_SENSE_DATA_LEN = 20;
export const SISL_WWID_DATA_LEN = 16;

/**
 * A response. `ioasc` is `rc` as one word; `resid` counts bytes that were not transferred. A LUN
 * that was made is told in `lunid_hi`, `lunid_lo` and `wwid`, which lie where the rest and the
 * sense data would. The last 32 bytes are the host's own.
 */
export const SislIoasa = struct('sisl_ioasa', {
  rc: nested(0, SislRc),
  ioasc: overlay(u32(0)),
  resid: u32(4),
  lunid_hi: overlay(u32(4)),
  port: u8(8),
  afu_extra: u8(9),
  scsi_extra: u8(10),
  fc_extra: u8(11),
  sense_data: bytes(12, SISL_SENSE_DATA_LEN),
  lunid_lo: overlay(u32(12)),
  wwid: overlay(bytes(16, SISL_WWID_DATA_LEN)),
  host_use: array(32, u64, 4),
  host_use_b: overlay(bytes(32, 32)),
});

/**
 * Bit 0 of an entry of the response queue; the rest is an address. It changes on every turn round
 * the queue and begins as 1, so that a reader knows new entries from old ones.
 */
export const SISL_RESP_HANDLE_T_BIT = 0x1n;
