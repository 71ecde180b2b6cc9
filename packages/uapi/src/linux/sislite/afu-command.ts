/**
 * Commands for the AFU itself, in the `cdb` of a request with SISL_REQ_FLAGS_AFU_CMD; the last two
 * are for requests with SISL_REQ_FLAGS_TMF_CMD.
 *
 * Source: `drivers/scsi/cxlflash/sislite.h`; the places in the `cdb` are those of
 * `drivers/scsi/cxlflash/main.c`.
 */

/** Byte 0: which command. */
export const SISL_AFU_CMD_SYNC = 0xc0;
export const SISL_AFU_CMD_LUN_PROVISION = 0xd0;
export const SISL_AFU_CMD_DEBUG = 0xe0;

/**
 * Byte 1 of LUN_PROVISION. Byte 2 is the port, bytes 8 to 15 are the size in blocks of 4 KiB,
 * big-endian; the LUN to delete is the request's own `lun_id`.
 */
export const SISL_AFU_LUN_PROVISION_CREATE = 0x00;
export const SISL_AFU_LUN_PROVISION_DELETE = 0x01;

/**
 * Byte 1 of SYNC: for entries that were added, for entries that were taken away, for everything.
 * Bytes 2 and 3 are the context, bytes 4 to 7 the resource, big-endian.
 */
export const AFU_LW_SYNC = 0x0;
export const AFU_HW_SYNC = 0x1;
export const AFU_GSYNC = 0x2;

/** Task management functions. */
export const TMF_LUN_RESET = 0x1;
export const TMF_CLEAR_ACA = 0x2;
