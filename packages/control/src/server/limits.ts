import { LARGEST_MESSAGE, MOST_DESCRIPTORS } from '../wire/index.js';

/** What a server lets its clients use. All are whole numbers. */
export interface ControlLimits {
  /** Clients at once, 1 to 4096. Default 64; a further one is told so and may try again. */
  readonly maxClients: number;
  /** Bytes of one message, request or reply, 4096 to 64 MiB. Default 1 MiB. */
  readonly maxMessage: number;
  /** Descriptors with one message, 0 to 253. Default 16. */
  readonly maxDescriptors: number;
  /** Descriptor objects of all clients at once, 0 to 65536. Default 1024: each holds a descriptor of this process. */
  readonly maxOpenDescriptors: number;
  /** Descriptor objects of one client, 0 to 65536. Default: a quarter of those of all, at least one. */
  readonly maxClientDescriptors: number;
  /**
   * Bytes of answers that wait for one client, or on one descriptor, because it does not read them, 0 to 1 GiB. Default 1
   * MiB. One answer may always wait; a further one that is beyond it ends the client, or the descriptor.
   */
  readonly maxUnread: number;
  /** Reads and other requests that wait on one descriptor at once, 1 to 4096. Default 64. */
  readonly maxWaiting: number;
}

/** The limits of a server that is told nothing else. */
export const DEFAULT_CONTROL_LIMITS: ControlLimits = {
  maxClients: 64,
  maxMessage: 2 ** 20,
  maxDescriptors: 16,
  maxOpenDescriptors: 1024,
  maxClientDescriptors: 256,
  maxUnread: 2 ** 20,
  maxWaiting: 64,
};

const RANGES: Readonly<Record<keyof ControlLimits, readonly [min: number, max: number]>> = {
  maxClients: [1, 4096],
  maxMessage: [4096, LARGEST_MESSAGE],
  maxDescriptors: [0, MOST_DESCRIPTORS],
  maxOpenDescriptors: [0, 65_536],
  maxClientDescriptors: [0, 65_536],
  maxUnread: [0, 2 ** 30],
  maxWaiting: [1, 4096],
};

/** Fills in and checks. Throws RangeError naming the limit and its range. */
export function controlLimits(given: Partial<ControlLimits> = {}): ControlLimits {
  const { maxOpenDescriptors } = { ...DEFAULT_CONTROL_LIMITS, ...given };
  const maxClientDescriptors = Math.ceil(maxOpenDescriptors / 4);
  const limits = { ...DEFAULT_CONTROL_LIMITS, maxClientDescriptors, ...given };
  for (const [name, [min, max]] of Object.entries(RANGES)) {
    // RANGES has exactly the names of the limits.
    const value = limits[name as keyof ControlLimits];
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new RangeError(`${name} is ${value}: it must be a whole number from ${min} to ${max}`);
    }
  }
  return limits;
}
