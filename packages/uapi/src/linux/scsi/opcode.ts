/**
 * Commands of SCSI: byte 0 of a CDB. Numbers in a CDB are big-endian.
 *
 * Source: `include/scsi/scsi_proto.h`.
 */
export const TEST_UNIT_READY = 0x00;
export const REQUEST_SENSE = 0x03;
export const INQUIRY = 0x12;
export const SYNCHRONIZE_CACHE = 0x35;
export const UNMAP = 0x42;
export const READ_16 = 0x88;
export const WRITE_16 = 0x8a;
export const WRITE_SAME_16 = 0x93;
export const SERVICE_ACTION_IN_16 = 0x9e;
export const REPORT_LUNS = 0xa0;

/** Byte 1 of SERVICE_ACTION_IN_16. */
export const SAI_READ_CAPACITY_16 = 0x10;
