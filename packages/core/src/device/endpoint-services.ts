import type { Clock } from '../clock/index.js';
import type { Tap } from '../interpose/index.js';
import type { DmaCounters, ParentIommu } from '../iommu/index.js';
import type { Logger } from '../log/index.js';
import type { ObjectSchema } from '../object/index.js';

/**
 * Milliseconds that a handler of a model may take at the most: less than the 5 s after which QEMU gives up a device that
 * does not answer (vfio-user-pci, x-msg-timeout), with time left to answer that it did not.
 */
export const DEFAULT_HANDLER_DEADLINE_MS = 4200;

export interface EndpointServices {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly handlerDeadlineMs?: number;
  readonly mapLimit?: number;
  /** The parent's; one of its own without it. */
  readonly iommu?: ParentIommu;
  /** What the device may have on the control plane; what every device has, without it. */
  readonly schema?: ObjectSchema;
  /** Hears of every call of a client and of every event; nobody without it. */
  readonly tap?: Tap;
}

/** What one device has done for its clients since it was created. */
export interface EndpointCounters extends DmaCounters {
  readonly interrupts: number;
  readonly opens: number;
  readonly resets: number;
}
