import { MdevError, readAfuEvents, type AfuEvent, type ObjectDescriptor } from '@mdevkit/core';

/** What the events of a context lead to. */
export interface EventListener {
  heard(event: AfuEvent): void;
  /** There will be no more; `error` if they could not be read. */
  ended(error: unknown): void;
}

/** Reads the events of a context until it has ended, or its descriptor is closed. Never rejects. */
export async function listen(descriptor: ObjectDescriptor, listener: EventListener): Promise<void> {
  const events = readAfuEvents(descriptor);
  for (;;) {
    try {
      const step = await events.next();
      if (step.done === true) {
        listener.ended(undefined);
        return;
      }
      listener.heard(step.value);
    } catch (error) {
      if (!isOfOneEvent(error)) {
        listener.ended(error);
        return;
      }
    }
  }
}

/** That event is lost, the next ones are not. */
function isOfOneEvent(error: unknown): boolean {
  return MdevError.is(error) && (error.code === 'EMSGSIZE' || error.code === 'EFAULT');
}
