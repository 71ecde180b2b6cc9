import { SPDM_MIN_DATA_TRANSFER_SIZE } from '@mdevkit/uapi';
import { MOST_PAYLOAD } from '../../../abi/object/index.js';

/** Bounds of one connection. */
export interface SpdmLimits {
  /** How often a request is sent again to a device that is busy, and after how many milliseconds. */
  readonly busyRetries: number;
  readonly busyDelayMs: number;
  /** How often a device is asked whether it is ready, and the most milliseconds that it may ask for each time. */
  readonly readyRetries: number;
  readonly readyDelayMs: number;
  /** Bytes of the longest message that is taken, 42 .. 2^20 - 8: what GET_CAPABILITIES says. */
  readonly messageBytes: number;
  /** Bytes of a certificate chain that are asked for at a time, 1 .. 65,535. */
  readonly portionBytes: number;
  /** The most portions of one chain. */
  readonly portions: number;
  /** How often all requests of one call, or of one attestation, are sent again: to a device that is busy or not ready. */
  readonly totalRetries: number;
  /** Milliseconds that one call, or one attestation, takes at most. A request that is under way then is waited for. */
  readonly totalMs: number;
}

export const DEFAULT_SPDM_LIMITS: SpdmLimits = {
  busyRetries: 8,
  busyDelayMs: 50,
  readyRetries: 8,
  readyDelayMs: 2000,
  messageBytes: 0x1_0000,
  portionBytes: 0x1000,
  portions: 1024,
  totalRetries: 64,
  totalMs: 60_000,
};

/** The defaults, but what the caller wants. @throws RangeError for limits that nothing fits */
export function resolveLimits(wanted: Partial<SpdmLimits> = {}): SpdmLimits {
  const limits = { ...DEFAULT_SPDM_LIMITS, ...wanted };
  check(limits, 'messageBytes', SPDM_MIN_DATA_TRANSFER_SIZE, MOST_PAYLOAD);
  check(limits, 'portionBytes', 1, 0xffff);
  check(limits, 'portions', 1);
  check(limits, 'busyRetries', 0);
  check(limits, 'readyRetries', 0);
  check(limits, 'totalRetries', 0);
  check(limits, 'totalMs', 1);
  return limits;
}

function check(limits: SpdmLimits, name: keyof SpdmLimits, least: number, most = Infinity): void {
  const value = limits[name];
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name}: a whole number of ${least} .. ${most}, not ${value}`);
  }
}
