/**
 * Values in {@link SislRc} and beside it: why a request failed.
 *
 * Source: `drivers/scsi/cxlflash/sislite.h`.
 */

/** `flags`. */
export const SISL_RC_FLAGS_SENSE_VALID = 0x80;
export const SISL_RC_FLAGS_FCP_RSP_CODE_VALID = 0x40;
export const SISL_RC_FLAGS_OVERRUN = 0x20;
export const SISL_RC_FLAGS_UNDERRUN = 0x10;

/** `afu_rc`, by what the AFU was looking at: the resource's entry, the translation, the rest. */
export const SISL_AFU_RC_RHT_INVALID = 0x01;
export const SISL_AFU_RC_RHT_UNALIGNED = 0x02;
export const SISL_AFU_RC_RHT_OUT_OF_BOUNDS = 0x03;
export const SISL_AFU_RC_RHT_DMA_ERR = 0x04;
export const SISL_AFU_RC_RHT_RW_PERM = 0x05;
export const SISL_AFU_RC_LXT_UNALIGNED = 0x12;
export const SISL_AFU_RC_LXT_OUT_OF_BOUNDS = 0x13;
export const SISL_AFU_RC_LXT_DMA_ERR = 0x14;
export const SISL_AFU_RC_LXT_RW_PERM = 0x15;
export const SISL_AFU_RC_NOT_XLATE_HOST = 0x1a;
export const SISL_AFU_RC_NO_CHANNELS = 0x20;
export const SISL_AFU_RC_CAP_VIOLATION = 0x21;
export const SISL_AFU_RC_OUT_OF_DATA_BUFS = 0x30;
export const SISL_AFU_RC_DATA_DMA_ERR = 0x31;

/** `afu_extra` of a DMA_ERR: the page is on its way, so retry; there is nothing at the address. */
export const SISL_AFU_DMA_ERR_PAGE_IN = 0x0a;
export const SISL_AFU_DMA_ERR_INVALID_EA = 0x0b;

/** `scsi_rc`, a SCSI status. */
export const SISL_SCSI_RC_CHECK = 0x02;
export const SISL_SCSI_RC_BUSY = 0x08;

/** `fc_rc`. */
export const SISL_FC_RC_ABORTPEND = 0x52;
export const SISL_FC_RC_WRABORTPEND = 0x53;
export const SISL_FC_RC_NOLOGI = 0x54;
export const SISL_FC_RC_NOEXP = 0x55;
export const SISL_FC_RC_INUSE = 0x56;
export const SISL_FC_RC_LINKDOWN = 0x57;
export const SISL_FC_RC_ABORTOK = 0x58;
export const SISL_FC_RC_ABORTFAIL = 0x59;
export const SISL_FC_RC_RESID = 0x5a;
export const SISL_FC_RC_RESIDERR = 0x5b;
export const SISL_FC_RC_TGTABORT = 0x5c;
