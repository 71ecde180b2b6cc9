import { SystemClock, type Clock } from '@mdevkit/core';
import { Patience, type PatienceOptions } from '@mdevkit/linux';

/** How a control plane of another process is reached; everything has a default. */
export interface ConnectControlOptions {
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Milliseconds in which the server has to say who it is, and to confirm a farewell. Default: 5000. */
  readonly timeoutMs?: number;
  /** How long a socket is asked for a reply before the event loop is. */
  readonly polling?: PatienceOptions;
}

const DEFAULT_TIMEOUT_MS = 5000;

/** The same, filled in. */
export interface ClientServices {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly patience: Patience;
}

/** Throws RangeError for numbers that make no sense. */
export function clientServices(options: ConnectControlOptions = {}): ClientServices {
  const { clock = new SystemClock(), timeoutMs = DEFAULT_TIMEOUT_MS, polling } = options;
  if (!(timeoutMs > 0)) {
    throw new RangeError(`timeoutMs is ${timeoutMs}: it must be more than 0`);
  }
  return { clock, timeoutMs, patience: new Patience(polling) };
}
