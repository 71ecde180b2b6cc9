/**
 * Bits of `aintr_status` in {@link SislGlobalRegs}: a byte for each port, in the order 1, 0, 3, 2
 * from the lowest. The names, from the highest bit of a byte: another error; the target logged
 * out; too many checksum errors; login is tried again; login failed; login succeeded; the link
 * went down; the link came up.
 *
 * Source: `drivers/scsi/cxlflash/sislite.h`.
 */

/** Port 2. */
export const SISL_ASTATUS_FC2_OTHER = 0x8000_0000n;
export const SISL_ASTATUS_FC2_LOGO = 0x4000_0000n;
export const SISL_ASTATUS_FC2_CRC_T = 0x2000_0000n;
export const SISL_ASTATUS_FC2_LOGI_R = 0x1000_0000n;
export const SISL_ASTATUS_FC2_LOGI_F = 0x0800_0000n;
export const SISL_ASTATUS_FC2_LOGI_S = 0x0400_0000n;
export const SISL_ASTATUS_FC2_LINK_DN = 0x0200_0000n;
export const SISL_ASTATUS_FC2_LINK_UP = 0x0100_0000n;

/** Port 3. */
export const SISL_ASTATUS_FC3_OTHER = 0x0080_0000n;
export const SISL_ASTATUS_FC3_LOGO = 0x0040_0000n;
export const SISL_ASTATUS_FC3_CRC_T = 0x0020_0000n;
export const SISL_ASTATUS_FC3_LOGI_R = 0x0010_0000n;
export const SISL_ASTATUS_FC3_LOGI_F = 0x0008_0000n;
export const SISL_ASTATUS_FC3_LOGI_S = 0x0004_0000n;
export const SISL_ASTATUS_FC3_LINK_DN = 0x0002_0000n;
export const SISL_ASTATUS_FC3_LINK_UP = 0x0001_0000n;

/** Port 0. */
export const SISL_ASTATUS_FC0_OTHER = 0x0000_8000n;
export const SISL_ASTATUS_FC0_LOGO = 0x0000_4000n;
export const SISL_ASTATUS_FC0_CRC_T = 0x0000_2000n;
export const SISL_ASTATUS_FC0_LOGI_R = 0x0000_1000n;
export const SISL_ASTATUS_FC0_LOGI_F = 0x0000_0800n;
export const SISL_ASTATUS_FC0_LOGI_S = 0x0000_0400n;
export const SISL_ASTATUS_FC0_LINK_DN = 0x0000_0200n;
export const SISL_ASTATUS_FC0_LINK_UP = 0x0000_0100n;

/** Port 1. */
export const SISL_ASTATUS_FC1_OTHER = 0x0000_0080n;
export const SISL_ASTATUS_FC1_LOGO = 0x0000_0040n;
export const SISL_ASTATUS_FC1_CRC_T = 0x0000_0020n;
export const SISL_ASTATUS_FC1_LOGI_R = 0x0000_0010n;
export const SISL_ASTATUS_FC1_LOGI_F = 0x0000_0008n;
export const SISL_ASTATUS_FC1_LOGI_S = 0x0000_0004n;
export const SISL_ASTATUS_FC1_LINK_DN = 0x0000_0002n;
export const SISL_ASTATUS_FC1_LINK_UP = 0x0000_0001n;

/** All of them, and the value of `aintr_mask` that lets them through. */
export const SISL_ASTATUS_UNMASK = 0xffff_ffffn;
export const SISL_ASTATUS_MASK = 0xffff_ffff_0000_0000n;
