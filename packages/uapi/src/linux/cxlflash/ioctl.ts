import { CXL_MAGIC } from '../cxl/index.js';
import { ioctlReadWrite } from '../ioctl-number.js';
import { DkCxlflashAttach, DkCxlflashDetach, DkCxlflashRecoverAfu } from './context.js';
import { HtCxlflashAfuDebug, HtCxlflashLunProvision } from './host.js';
import { DkCxlflashManageLun, DkCxlflashVerify } from './lun.js';
import { DkCxlflashClone, DkCxlflashRelease, DkCxlflashResize } from './resource.js';
import { DkCxlflashUdirect, DkCxlflashUvirtual } from './resource.js';

/**
 * The ioctl numbers of cxlflash. Those of disks begin at 0x80 and grow upwards, those of adapters
 * begin at 0xbf and grow downwards.
 *
 * Source: `include/uapi/scsi/cxlflash_ioctl.h`.
 */

/** On a disk. */
export const DK_CXLFLASH_ATTACH = ioctlReadWrite(CXL_MAGIC, 0x80, DkCxlflashAttach.size);
export const DK_CXLFLASH_USER_DIRECT = ioctlReadWrite(CXL_MAGIC, 0x81, DkCxlflashUdirect.size);
export const DK_CXLFLASH_RELEASE = ioctlReadWrite(CXL_MAGIC, 0x82, DkCxlflashRelease.size);
export const DK_CXLFLASH_DETACH = ioctlReadWrite(CXL_MAGIC, 0x83, DkCxlflashDetach.size);
export const DK_CXLFLASH_VERIFY = ioctlReadWrite(CXL_MAGIC, 0x84, DkCxlflashVerify.size);
export const DK_CXLFLASH_RECOVER_AFU = ioctlReadWrite(CXL_MAGIC, 0x85, DkCxlflashRecoverAfu.size);
export const DK_CXLFLASH_MANAGE_LUN = ioctlReadWrite(CXL_MAGIC, 0x86, DkCxlflashManageLun.size);
export const DK_CXLFLASH_USER_VIRTUAL = ioctlReadWrite(CXL_MAGIC, 0x87, DkCxlflashUvirtual.size);
export const DK_CXLFLASH_VLUN_RESIZE = ioctlReadWrite(CXL_MAGIC, 0x88, DkCxlflashResize.size);
export const DK_CXLFLASH_VLUN_CLONE = ioctlReadWrite(CXL_MAGIC, 0x89, DkCxlflashClone.size);

/** On an adapter. */
export const HT_CXLFLASH_LUN_PROVISION = ioctlReadWrite(
  CXL_MAGIC,
  0xbf,
  HtCxlflashLunProvision.size,
);
export const HT_CXLFLASH_AFU_DEBUG = ioctlReadWrite(CXL_MAGIC, 0xbe, HtCxlflashAfuDebug.size);
