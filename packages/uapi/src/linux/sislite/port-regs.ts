/**
 * Registers of a Fibre Channel port: offsets in bytes from the first, 8 bytes each.
 *
 * Source: `drivers/scsi/cxlflash/main.h`; `drivers/scsi/cxlflash/sislite.h` for bits named SISL.
 */
export const FC_MTIP_CMDCONFIG = 0x010;
export const FC_MTIP_STATUS = 0x018;
export const FC_MAX_NUM_LUNS = 0x080;
export const FC_CUR_NUM_LUNS = 0x088;
export const FC_MAX_CAP_PORT = 0x090;
export const FC_CUR_CAP_PORT = 0x098;
export const FC_PNAME = 0x300;
export const FC_CONFIG = 0x320;
export const FC_CONFIG2 = 0x328;
export const FC_STATUS = 0x330;
export const FC_ERROR = 0x380;
export const FC_ERRCAP = 0x388;
export const FC_ERRMSK = 0x390;
export const FC_CNT_CRCERR = 0x538;
export const FC_CRC_THRESH = 0x580;

/** Bits of FC_MTIP_CMDCONFIG: what the port is asked to be. */
export const FC_MTIP_CMDCONFIG_ONLINE = 0x20n;
export const FC_MTIP_CMDCONFIG_OFFLINE = 0x40n;

/** Bits of FC_MTIP_STATUS: what it is. */
export const FC_MTIP_STATUS_MASK = 0x30n;
export const FC_MTIP_STATUS_ONLINE = 0x20n;
export const FC_MTIP_STATUS_OFFLINE = 0x10n;

/** Bits of FC_CONFIG2: which LUNs of its own the port has, less one; a request to shut down. */
export const SISL_FC_INTERNAL_UNMASK = 0x3_0000_0000n;
export const SISL_FC_INTERNAL_MASK = 0xffff_fffc_ffff_ffffn;
export const SISL_FC_INTERNAL_SHIFT = 32;
export const SISL_FC_SHUTDOWN_NORMAL = 0x10n;
export const SISL_FC_SHUTDOWN_ABRUPT = 0x20n;

/** Bits of FC_STATUS: how far shutting down is. */
export const SISL_STATUS_SHUTDOWN_ACTIVE = 0x10n;
export const SISL_STATUS_SHUTDOWN_COMPLETE = 0x20n;
