import { struct, u16, u32 } from '../../codec/index.js';

/**
 * Begins every capability behind an info struct. Ids belong to the struct they follow; `next`
 * counts bytes from the start of that struct and is 0 in the last capability.
 *
 * Source: `include/uapi/linux/vfio.h`.
 */
export const VfioInfoCapHeader = struct('vfio_info_cap_header', {
  id: u16(0),
  version: u16(2),
  next: u32(4),
});
