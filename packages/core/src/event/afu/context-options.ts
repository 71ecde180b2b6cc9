import type { Logger } from '../../log/index.js';
import type { FetchGuard } from './afu-driver.js';

/** Interrupts that one context can have at most on the first cards: all but those that the host keeps. */
const DEFAULT_IRQS = 2037;

export interface AfuContextOptions {
  /** Number of the context at its AFU, 0 .. 65535. */
  readonly processElement: number;
  readonly logger: Logger;
  /** Interrupts that the context has, 0 .. 65535; they are numbered from 1. 2037 unless told. */
  readonly irqs?: number;
  /** So many reads in a row may give a driver's event while others are pending. Any number unless told, as in Linux. */
  readonly starvationBound?: number;
  /** Ends the wait for a driver that does not answer. Without it readers wait as long as the driver takes. */
  readonly guard?: FetchGuard;
}

export interface CheckedOptions extends AfuContextOptions {
  readonly irqs: number;
  /** Infinity if there is none. */
  readonly starvationBound: number;
}

/** Fills in what was not told. Throws RangeError. */
export function checkOptions(options: AfuContextOptions): CheckedOptions {
  const { processElement, irqs = DEFAULT_IRQS, starvationBound = Infinity } = options;
  requireRange('processElement', processElement, 0, 0xffff);
  requireRange('irqs', irqs, 0, 0xffff);
  if (starvationBound !== Infinity) {
    requireRange('starvationBound', starvationBound, 1, Number.MAX_SAFE_INTEGER);
  }
  return { ...options, irqs, starvationBound };
}

function requireRange(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} of a context is a whole number of ${least} .. ${most}`);
  }
}
