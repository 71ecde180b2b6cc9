import type { DeviceEvent } from '../event/index.js';
import type { ClientCall } from './client-call.js';

/** What the parts of an endpoint tell of an interposed device. */
export interface Tap {
  call<T>(call: ClientCall, proceed: () => T): T;
  event(event: DeviceEvent): void;
}
