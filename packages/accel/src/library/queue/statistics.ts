/** What one queue of the library did since it was set up. */
export interface QueueStats {
  /** Jobs that the device completed, and how many of them with another status than OK. */
  readonly jobs: number;
  readonly failed: number;
  /** Calls of `submit` that were accepted. */
  readonly batches: number;
  readonly interrupts: number;
  /** Writes to the tail and the head doorbell. */
  readonly doorbells: number;
  /** Bytes of inputs and outputs. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Jobs that the device has now. */
  readonly pending: number;
}

/** The counters behind {@link QueueStats}. */
export class QueueTally {
  jobs = 0;
  failed = 0;
  batches = 0;
  interrupts = 0;
  bytesIn = 0;
  bytesOut = 0;
}
