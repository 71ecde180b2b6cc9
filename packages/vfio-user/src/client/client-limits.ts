import { DEFAULT_CAPABILITIES } from '../protocol/index.js';

/** What a client lets a server use; all are whole numbers. */
export interface ClientLimits {
  /** Bytes of one transfer, 4096 to 64 MiB: ours never have more, and the server may not ask for more. Default 1 MiB. */
  readonly maxDataXferSize: number;
  /** DMA maps at once, 0 to 65535, if the server takes as many. Default 65535. */
  readonly maxDmaMaps: number;
  /** Descriptors of one message that a server may send us, 1 to 16. Default 16. */
  readonly maxMsgFds: number;
  /** Bytes that may wait for a server which does not read. Default 16 MiB; then it is given up. */
  readonly outboundBytes: number;
}

const DEFAULT_CLIENT_LIMITS: ClientLimits = {
  maxDataXferSize: DEFAULT_CAPABILITIES.maxDataXferSize,
  maxDmaMaps: DEFAULT_CAPABILITIES.maxDmaMaps,
  maxMsgFds: 16,
  outboundBytes: 16 * 2 ** 20,
};

const ranges: Readonly<Record<keyof ClientLimits, readonly [min: number, max: number]>> = {
  maxDataXferSize: [4096, 64 * 2 ** 20],
  maxDmaMaps: [0, 0xffff],
  maxMsgFds: [1, 16],
  outboundBytes: [4096, 2 ** 30],
};

/** Fills in and checks. Throws RangeError naming the limit and its range. */
export function clientLimits(given: Partial<ClientLimits> = {}): ClientLimits {
  const limits = { ...DEFAULT_CLIENT_LIMITS, ...given };
  for (const [name, [min, max]] of Object.entries(ranges)) {
    // `ranges` has exactly the names of the limits.
    const value = limits[name as keyof ClientLimits];
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new RangeError(`${name} is ${value}: it must be a whole number from ${min} to ${max}`);
    }
  }
  return limits;
}
