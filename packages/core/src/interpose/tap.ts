import type { DeviceEvent } from '../event/index.js';
import type { ClientCall } from './client-call.js';

/** What the parts of an endpoint tell of an interposed device. */
export interface Tap {
  call<T>(call: ClientCall, proceed: () => T): T;
  event(event: DeviceEvent): void;
  /** Before it is queued; the bytes are those of the caller. */
  objectEvent(element: bigint, type: number, data: Uint8Array): void;
}
