import { EventChannelClass, handleOf, optional, valueIn } from '@mdevkit/core';

/**
 * Where a queue reports what happens to it: a channel, or the client's default channel; and what the client wants it to be
 * called there, which is its handle if nothing is said. The numbers are the same in all classes.
 */
export const eventSource = {
  channel: optional(handleOf(28, EventChannelClass)),
  element: optional(valueIn(29, 'u64')),
};
