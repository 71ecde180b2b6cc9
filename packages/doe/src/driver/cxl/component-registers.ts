import { registerLayout, type RegisterMap } from '@mdevkit/core';
import {
  CM_CAP_HDR_CACHE_MEM_VERSION,
  CM_CAP_HDR_CAP_ID,
  CM_CAP_HDR_CAP_VERSION,
  CXL_CM_CAP_CAP_HDM_VERSION,
  CXL_CM_CAP_CAP_ID_HDM,
  CXL_CM_OFFSET,
  CXL_COMPONENT_REG_BLOCK_SIZE,
  CXL_HDM_DECODER0_BASE_HIGH_OFFSET,
  CXL_HDM_DECODER0_BASE_LOW_OFFSET,
  CXL_HDM_DECODER0_CTRL_COMMIT,
  CXL_HDM_DECODER0_CTRL_HOSTONLY,
  CXL_HDM_DECODER0_CTRL_IG_MASK,
  CXL_HDM_DECODER0_CTRL_IW_MASK,
  CXL_HDM_DECODER0_CTRL_LOCK,
  CXL_HDM_DECODER0_CTRL_OFFSET,
  CXL_HDM_DECODER0_SIZE_HIGH_OFFSET,
  CXL_HDM_DECODER0_SIZE_LOW_OFFSET,
  CXL_HDM_DECODER0_SKIP_HIGH,
  CXL_HDM_DECODER0_SKIP_LOW,
  CXL_HDM_DECODER_CAP_OFFSET,
  CXL_HDM_DECODER_CTRL_OFFSET,
  CXL_HDM_DECODER_ENABLE,
  CXL_HDM_DECODER_INTERLEAVE_11_8,
  CXL_HDM_DECODER_INTERLEAVE_14_12,
  CXL_HDM_DECODER_POISON_ON_ERROR,
} from '@mdevkit/uapi';

/** From CXL_CM_OFFSET. */
const HDM_AT = 0x100;
const HDM = CXL_CM_OFFSET + HDM_AT;

/** Addresses and sizes are multiples of 256 MiB. */
const HIGH_BITS = 0xf000_0000;

/**
 * Component registers with one HDM decoder, which interleaves by up to 8 ways.
 *
 * Source: CXL 3.1, sections 8.2.4 and 8.2.4.20.
 */
export const componentLayout = registerLayout('cxl-component', CXL_COMPONENT_REG_BLOCK_SIZE, [
  {
    name: 'capability-header',
    offset: CXL_CM_OFFSET,
    width: 4,
    access: 'ro',
    reset:
      CM_CAP_HDR_CAP_ID |
      (CM_CAP_HDR_CAP_VERSION << 16) |
      (CM_CAP_HDR_CACHE_MEM_VERSION << 20) |
      (1 << 24),
  },
  {
    name: 'hdm-capability-header',
    offset: CXL_CM_OFFSET + 4,
    width: 4,
    access: 'ro',
    reset: CXL_CM_CAP_CAP_ID_HDM | (CXL_CM_CAP_CAP_HDM_VERSION << 16) | (HDM_AT << 20),
  },
  {
    name: 'hdm-capability',
    offset: HDM + CXL_HDM_DECODER_CAP_OFFSET,
    width: 4,
    access: 'ro',
    reset: CXL_HDM_DECODER_INTERLEAVE_11_8 | CXL_HDM_DECODER_INTERLEAVE_14_12,
  },
  {
    name: 'hdm-control',
    offset: HDM + CXL_HDM_DECODER_CTRL_OFFSET,
    width: 4,
    access: 'rw',
    writeMask: CXL_HDM_DECODER_ENABLE | CXL_HDM_DECODER_POISON_ON_ERROR,
  },
  {
    name: 'base-low',
    offset: HDM + CXL_HDM_DECODER0_BASE_LOW_OFFSET,
    width: 4,
    access: 'rw',
    writeMask: HIGH_BITS,
  },
  {
    name: 'base-high',
    offset: HDM + CXL_HDM_DECODER0_BASE_HIGH_OFFSET,
    width: 4,
    access: 'rw',
  },
  {
    name: 'size-low',
    offset: HDM + CXL_HDM_DECODER0_SIZE_LOW_OFFSET,
    width: 4,
    access: 'rw',
    writeMask: HIGH_BITS,
  },
  {
    name: 'size-high',
    offset: HDM + CXL_HDM_DECODER0_SIZE_HIGH_OFFSET,
    width: 4,
    access: 'rw',
  },
  {
    name: 'decoder-control',
    offset: HDM + CXL_HDM_DECODER0_CTRL_OFFSET,
    width: 4,
    access: 'rw',
    writeMask:
      CXL_HDM_DECODER0_CTRL_IG_MASK |
      CXL_HDM_DECODER0_CTRL_IW_MASK |
      CXL_HDM_DECODER0_CTRL_LOCK |
      CXL_HDM_DECODER0_CTRL_COMMIT |
      CXL_HDM_DECODER0_CTRL_HOSTONLY,
  },
  {
    name: 'skip-low',
    offset: HDM + CXL_HDM_DECODER0_SKIP_LOW,
    width: 4,
    access: 'rw',
    writeMask: HIGH_BITS,
  },
  { name: 'skip-high', offset: HDM + CXL_HDM_DECODER0_SKIP_HIGH, width: 4, access: 'rw' },
]);

/** A register of {@link componentLayout}. */
export type ComponentRegister = typeof componentLayout extends {
  instantiate(...args: never): RegisterMap<infer Name>;
}
  ? Name
  : never;
