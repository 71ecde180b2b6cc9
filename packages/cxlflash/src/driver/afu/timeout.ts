import {
  SISL_REQ_FLAGS_TIMEOUT_CYCLES,
  SISL_REQ_FLAGS_TIMEOUT_MSECS,
  SISL_REQ_FLAGS_TIMEOUT_USECS,
} from '@mdevkit/uapi';
import type { Request } from './request.js';

/** Milliseconds in each unit; a cycle counts as a nanosecond. */
const UNITS = new Map([
  [0, 1000],
  [SISL_REQ_FLAGS_TIMEOUT_MSECS, 1],
  [SISL_REQ_FLAGS_TIMEOUT_USECS, 1e-3],
  [SISL_REQ_FLAGS_TIMEOUT_CYCLES, 1e-6],
]);

/** Milliseconds that a request may take: what it says, and `limit` at the most, which is also what 0 stands for. */
export function timeoutOf({ flags, timeout }: Request, limit: number): number {
  const unit = UNITS.get(flags & SISL_REQ_FLAGS_TIMEOUT_CYCLES) ?? 1;
  return timeout === 0 ? limit : Math.min(timeout * unit, limit);
}
