/**
 * Component registers: the decoders of host-managed device memory (HDM). Each register has 32 bits.
 *
 * Source: `drivers/cxl/cxl.h`; CXL 3.1, sections 8.2.3, 8.2.4 and 8.2.4.20.
 */

/** Bytes of the block. */
export const CXL_COMPONENT_REG_BLOCK_SIZE = 0x10000;

/** Where the capabilities of CXL.cache and CXL.mem start in the block: first a header, then one word for each. */
export const CXL_CM_OFFSET = 0x1000;
export const CXL_CM_CAP_HDR_ID_MASK = 0x0000ffff;
export const CM_CAP_HDR_CAP_ID = 1;
export const CXL_CM_CAP_HDR_VERSION_MASK = 0x000f0000;
export const CM_CAP_HDR_CAP_VERSION = 1;
export const CXL_CM_CAP_HDR_CACHE_MEM_VERSION_MASK = 0x00f00000;
export const CM_CAP_HDR_CACHE_MEM_VERSION = 1;
export const CXL_CM_CAP_HDR_ARRAY_SIZE_MASK = 0xff000000;

/** Of one capability: where it starts, from CXL_CM_OFFSET. */
export const CXL_CM_CAP_PTR_MASK = 0xfff00000;
export const CXL_CM_CAP_CAP_ID_HDM = 5;
export const CXL_CM_CAP_CAP_HDM_VERSION = 1;

/** HDM decoder capability: 0 is one decoder, other codes are half of how many there are. */
export const CXL_HDM_DECODER_CAP_OFFSET = 0x00;
export const CXL_HDM_DECODER_COUNT_MASK = 0x0000000f;
export const CXL_HDM_DECODER_INTERLEAVE_11_8 = 0x00000100;
export const CXL_HDM_DECODER_INTERLEAVE_14_12 = 0x00000200;

export const CXL_HDM_DECODER_CTRL_OFFSET = 0x04;
export const CXL_HDM_DECODER_POISON_ON_ERROR = 0x00000001;
export const CXL_HDM_DECODER_ENABLE = 0x00000002;

/** Decoder 0. Addresses and sizes are multiples of 256 MiB. */
export const CXL_HDM_DECODER0_BASE_LOW_OFFSET = 0x10;
export const CXL_HDM_DECODER0_BASE_HIGH_OFFSET = 0x14;
export const CXL_HDM_DECODER0_SIZE_LOW_OFFSET = 0x18;
export const CXL_HDM_DECODER0_SIZE_HIGH_OFFSET = 0x1c;
export const CXL_HDM_DECODER0_CTRL_OFFSET = 0x20;
export const CXL_HDM_DECODER0_SKIP_LOW = 0x24;
export const CXL_HDM_DECODER0_SKIP_HIGH = 0x28;

/** Control of a decoder: granularity and ways of the interleave, as codes; then flags. */
export const CXL_HDM_DECODER0_CTRL_IG_MASK = 0x0000000f;
export const CXL_HDM_DECODER0_CTRL_IW_MASK = 0x000000f0;
export const CXL_HDM_DECODER0_CTRL_LOCK = 0x00000100;
export const CXL_HDM_DECODER0_CTRL_COMMIT = 0x00000200;
export const CXL_HDM_DECODER0_CTRL_COMMITTED = 0x00000400;
export const CXL_HDM_DECODER0_CTRL_COMMIT_ERROR = 0x00000800;
export const CXL_HDM_DECODER0_CTRL_HOSTONLY = 0x00001000;

/** The largest code of a granularity: 256 bytes shifted by it. */
export const CXL_DECODER_MAX_ENCODED_IG = 6;
