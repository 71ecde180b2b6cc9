/**
 * How a SCSI command ended, and what the sense data begin with.
 *
 * Source: `include/scsi/scsi_proto.h`.
 */

/** Status. */
export const SAM_STAT_GOOD = 0x00;
export const SAM_STAT_CHECK_CONDITION = 0x02;
export const SAM_STAT_BUSY = 0x08;
export const SAM_STAT_RESERVATION_CONFLICT = 0x18;
export const SAM_STAT_TASK_SET_FULL = 0x28;

/** Sense keys. */
export const NO_SENSE = 0x00;
export const RECOVERED_ERROR = 0x01;
export const NOT_READY = 0x02;
export const MEDIUM_ERROR = 0x03;
export const HARDWARE_ERROR = 0x04;
export const ILLEGAL_REQUEST = 0x05;
export const UNIT_ATTENTION = 0x06;
export const DATA_PROTECT = 0x07;
export const BLANK_CHECK = 0x08;
export const ABORTED_COMMAND = 0x0b;
