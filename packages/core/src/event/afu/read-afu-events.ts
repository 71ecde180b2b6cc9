import { CXL_READ_MIN_SIZE } from '@mdevkit/uapi';
import type { ObjectDescriptor } from '../../object/descriptor.js';
import { iterateDescriptor } from '../reader/index.js';
import { decodeAfuEvent, type AfuEvent } from './afu-event.js';

/**
 * The events of a context, until it has ended and all are read, or its descriptor is closed. An event of the driver that is
 * too large (EMSGSIZE) or was not copied (EFAULT) rejects one step; the next step goes on. See {@link iterateDescriptor}.
 *
 * @example
 * for await (const event of readAfuEvents(descriptor)) {
 *   if (event.kind === 'interrupt') …
 * }
 */
export function readAfuEvents(
  descriptor: ObjectDescriptor,
): AsyncIterableIterator<AfuEvent, undefined> {
  return iterateDescriptor(descriptor, decodeAfuEvent, CXL_READ_MIN_SIZE);
}
