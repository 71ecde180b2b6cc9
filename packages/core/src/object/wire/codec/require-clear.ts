import { failure } from '../../../errors/index.js';

/**
 * Throws EOPNOTSUPP `object.attribute-tail` if there is anything but zeros: something that only a later version knows.
 *
 * Source: Linux drivers/infiniband/core/uverbs_ioctl.c, uverbs_is_attr_cleared.
 */
export function requireClear(bytes: Uint8Array, from: number, to: number): void {
  for (let at = from; at < to; at++) {
    if (bytes[at] !== 0) {
      throw failure('object.attribute-tail', { offset: at - from });
    }
  }
}
