/**
 * Sense data of a command that ended with CHECK CONDITION, in fixed format: where the sense key and the additional sense
 * code are.
 *
 * Source: include/scsi/scsi_common.h, scsi_build_sense_buffer (SPC-4, 4.5.3).
 */
export const SENSE_FIXED_CURRENT = 0x70;
export const SENSE_VALID_INFORMATION = 0x80;
export const SENSE_RESPONSE = 0;
export const SENSE_KEY = 2;
/** The block that the command failed at, 4 bytes; only with SENSE_VALID_INFORMATION. */
export const SENSE_INFORMATION = 3;
export const SENSE_ADDITIONAL_LENGTH = 7;
export const SENSE_ASC = 12;
export const SENSE_ASCQ = 13;

/** Additional sense codes (SPC-4, annex D.2). */
export const ASC_WRITE_ERROR = 0x0c;
export const ASC_UNRECOVERED_READ = 0x11;
export const ASC_LBA_OUT_OF_RANGE = 0x21;
export const ASC_INVALID_FIELD_IN_CDB = 0x24;
