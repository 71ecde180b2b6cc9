import { UVERBS_UDATA_DRIVER_DATA_FLAG } from '@mdevkit/uapi';

/**
 * Numbers of the core and of the driver, from 0 up, in one row of places: the core's first.
 *
 * Source: Linux include/rdma/uverbs_ioctl.h, enum uapi_radix_data.
 */
export interface KeySpace {
  readonly core: number;
  readonly driver: number;
}

export const CLASS_KEYS: KeySpace = { core: 20, driver: 12 };
/** Of one class. */
export const METHOD_KEYS: KeySpace = { core: 21, driver: 8 };
/** Of one method. */
export const ATTRIBUTE_KEYS: KeySpace = { core: 32, driver: 31 };

/** The place of a number that a call carries; -1 for one that there is none for. */
export function keyOf(space: KeySpace, wireId: number): number {
  if (wireId < space.core) {
    return wireId;
  }
  const own = wireId - UVERBS_UDATA_DRIVER_DATA_FLAG;
  return own >= 0 && own < space.driver ? space.core + own : -1;
}
