import type { ModelGuard } from '../../device/model-guard.js';
import type { EventChannel } from '../../event/channel/event-channel.js';
import type { ControlClientIdentity } from '../implement/index.js';
import type { EndSignal } from '../life/end-signal.js';
import type { ObjectSpace } from '../life/object-space.js';
import type { MethodPlans } from './method-plans.js';

/** What a dispatcher works with; all but the plans are of one client. */
export interface DispatcherParts {
  readonly plans: MethodPlans;
  readonly space: ObjectSpace;
  readonly guard: ModelGuard;
  readonly client: ControlClientIdentity;
  /** Where objects report that are bound to no channel. */
  readonly defaultChannel: EventChannel;
  readonly driverId: number;
  /** Bytes. */
  readonly maxMessage: number;
  /** Nobody waits for acknowledgements of this client any more. */
  readonly ending: EndSignal;
}
