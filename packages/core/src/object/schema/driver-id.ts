const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** Of calls to a device whose driver declares no classes. */
export const NO_DRIVER_ID = 0;

/**
 * The driver_id of calls to the classes of a driver: FNV-1a of its name, 32 bits, and never 0.
 *
 * Source: draft-eastlake-fnv, section 2 (FNV-1a); Linux include/uapi/rdma/rdma_user_ioctl_cmds.h, driver_id.
 */
export function driverIdOf(name: string): number {
  let hash = OFFSET_BASIS;
  for (const byte of new TextEncoder().encode(name)) {
    hash = Math.imul(hash ^ byte, PRIME);
  }
  return hash >>> 0 || OFFSET_BASIS;
}
