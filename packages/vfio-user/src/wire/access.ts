/*
 * Where accesses have their fields, in requests and replies, for the code that may not make an object for each message;
 * a test binds these numbers to the structs of the package uapi.
 *
 * Source: vfio-user protocol specification (docs/interop/vfio-user.rst of QEMU), VFIO_USER_REGION_READ and
 * VFIO_USER_REGION_WRITE, VFIO_USER_DMA_READ and VFIO_USER_DMA_WRITE.
 */

/** Of an access to a region; the data follow. */
export const OFFSET = 0;
export const OFFSET_HIGH = 4;
export const REGION = 8;
export const COUNT = 12;
export const DATA = 16;

/** Of an access to the client's memory; the data follow. */
export const DMA_ADDRESS = 0;
export const DMA_COUNT = 8;
export const DMA_DATA = 16;
