import { failure } from '../../errors/index.js';
import type { ObjectDescriptor } from '../../object/descriptor.js';
import {
  decodeChannelEvent,
  EVENT_ACKNOWLEDGE,
  EventAcknowledgement,
  MAX_EVENT_SIZE,
  type ChannelEvent,
} from '../channel/index.js';
import { iterateDescriptor } from './iterate-descriptor.js';

/**
 * The events of an event channel, until the device is gone and all are read, or the descriptor is closed. See
 * {@link iterateDescriptor}.
 *
 * @example
 * for await (const { element, type, data } of readEvents(channel)) {
 *   …
 * }
 */
export function readEvents(
  descriptor: ObjectDescriptor,
): AsyncIterableIterator<ChannelEvent, undefined> {
  return iterateDescriptor(descriptor, decodeChannelEvent, MAX_EVENT_SIZE);
}

/**
 * Tells a channel that its client is done with `count` events of an object, for which the destroy of that object may wait.
 *
 * Rejects with EINVAL if the client has not read so many that it has not acknowledged.
 */
export async function acknowledge(
  descriptor: ObjectDescriptor,
  element: bigint,
  count: number,
): Promise<void> {
  if (!Number.isInteger(count) || count < 0 || count > 0xffff_ffff) {
    throw failure('event.ack-argument', { count: String(count) });
  }
  await descriptor.ioctl(EVENT_ACKNOWLEDGE, EventAcknowledgement.encode({ element, count }));
}
