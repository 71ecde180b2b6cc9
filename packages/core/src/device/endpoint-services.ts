import type { Clock } from '../clock/index.js';
import type { DmaCounters, ParentIommu } from '../iommu/index.js';
import type { Logger } from '../log/index.js';

/** Milliseconds that a handler of a model may take at the most. */
export const DEFAULT_HANDLER_DEADLINE_MS = 10_000;

export interface EndpointServices {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly handlerDeadlineMs?: number;
  readonly mapLimit?: number;
  /** The parent's; one of its own without it. */
  readonly iommu?: ParentIommu;
}

/** What one device has done for its clients since it was created. */
export interface EndpointCounters extends DmaCounters {
  readonly interrupts: number;
  readonly opens: number;
  readonly resets: number;
}
