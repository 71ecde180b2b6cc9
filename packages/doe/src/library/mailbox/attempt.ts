import type { Clock } from '@mdevkit/core';
import type { DoeRegisters } from './registers.js';

/** What a step with the registers works with. */
export interface Attempt {
  readonly registers: DoeRegisters;
  readonly clock: Clock;
  /** Aborted when nobody wants the result any more. */
  readonly cancel: AbortSignal;
}
