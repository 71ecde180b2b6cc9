import { ioctlRead, ioctlWrite } from '../ioctl-number.js';
import { CxlAdapterImage } from './adapter-image.js';
import { CxlAfuId } from './afu-id.js';
import { CxlIoctlStartWork } from './start-work.js';

/**
 * The ioctl numbers of cxl.
 *
 * Source: `include/uapi/misc/cxl.h`.
 */

/** Type of all ioctls of cxl, and of the drivers on top of it. */
export const CXL_MAGIC = 0xca;

const U32_BYTES = 4;

/** On a context. */
export const CXL_IOCTL_START_WORK = ioctlWrite(CXL_MAGIC, 0x00, CxlIoctlStartWork.size);
export const CXL_IOCTL_GET_PROCESS_ELEMENT = ioctlRead(CXL_MAGIC, 0x01, U32_BYTES);
export const CXL_IOCTL_GET_AFU_ID = ioctlRead(CXL_MAGIC, 0x02, CxlAfuId.size);

/** On a card. */
export const CXL_IOCTL_DOWNLOAD_IMAGE = ioctlWrite(CXL_MAGIC, 0x0a, CxlAdapterImage.size);
export const CXL_IOCTL_VALIDATE_IMAGE = ioctlWrite(CXL_MAGIC, 0x0b, CxlAdapterImage.size);
