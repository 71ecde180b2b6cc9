import { struct, u64 } from '../../codec/index.js';

/**
 * Writing a card's image: CXL_IOCTL_DOWNLOAD_IMAGE and CXL_IOCTL_VALIDATE_IMAGE.
 *
 * Source: `include/uapi/misc/cxl.h`.
 */

/** Flag of {@link CxlAdapterImage}: the image begins with the header of a base image. */
export const CXL_AI_NEED_HEADER = 0x1n;
export const CXL_AI_ALL = CXL_AI_NEED_HEADER;

/** Bytes of the header and of a buffer, buffers in one call, and bytes those hold. */
export const CXL_AI_HEADER_SIZE = 128;
export const CXL_AI_BUFFER_SIZE = 4096;
export const CXL_AI_MAX_ENTRIES = 256;
export const CXL_AI_MAX_CHUNK_SIZE = CXL_AI_BUFFER_SIZE * CXL_AI_MAX_ENTRIES;

/** Argument of both; `data` is the user address of `len_data` bytes of an image of `len_image`. */
export const CxlAdapterImage = struct('cxl_adapter_image', {
  flags: u64(0),
  data: u64(8),
  len_data: u64(16),
  len_image: u64(24),
  reserved1: u64(32),
  reserved2: u64(40),
  reserved3: u64(48),
  reserved4: u64(56),
});
