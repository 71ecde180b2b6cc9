import type { ObjectRef } from '../declare/index.js';
import type { ObjectEvents } from '../../event/channel/object-events.js';

/** One client of the control plane, to tell clients apart; the same object in all its calls. */
export interface ControlClientIdentity {
  /** Unique in the device, 1 for the first. */
  readonly id: number;
}

/** What a handler may want to know of the call beside its attributes, and where a new object gets its events. */
export interface Call {
  readonly client: ControlClientIdentity;
  /** The handle of the object that the call creates or works on; 0 for none. */
  readonly handle: number;
  /**
   * Where the object that is being created reports its events: to a channel of the client's, or to the default channel of
   * the client. Its events are purged when it is destroyed. Only in a create handler.
   */
  events(options?: ObjectEventsOptions): ObjectEvents;
  /**
   * Calls back when there is nobody any more to answer, because the client or the device ends, so that a handler that waits
   * stops waiting: objects are released when the last handler is over. Once, at once if that is so already; not after the
   * result was disposed.
   */
  onEnd(callback: () => void): Disposable;
}

export interface ObjectEventsOptions {
  readonly channel?: ObjectRef<'EVENT_CHANNEL'> | undefined;
  /** What the client knows the object by, in its events; its handle without it. */
  readonly element?: bigint | undefined;
}
