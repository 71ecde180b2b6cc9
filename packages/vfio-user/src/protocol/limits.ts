import { VfioUserHeader, VfioUserRegionAccess } from '@mdevkit/uapi';
import type { Capabilities } from './capabilities.js';
import { QEMU_MAX_MSG_FDS } from './reply-size.js';

/** What a server lets a client use. All are whole numbers unless they say otherwise. */
export interface ServerLimits {
  /** Bytes of one transfer, 1 to 64 MiB. Default 1 MiB, the default of the specification. */
  readonly maxDataXferSize: number;
  /** Descriptors with one message, 1 to 16. Default 16: QEMU takes no more and rust-vmm always sends so many. */
  readonly maxMsgFds: number;
  /** DMA maps at once, 0 to 65535. Default 65535, the default of the specification. */
  readonly maxDmaMaps: number;
  /**
   * DMA maps at once that have a descriptor. Default 1024: each holds a descriptor and a mapping of this process, of which
   * there are not many more (RLIMIT_NOFILE, vm.max_map_count) for all that the process does.
   */
  readonly maxDescriptorMaps: number;
  /** Page sizes of DMA maps, or-ed: multiples of 4 KiB, which is one of them. Default all of them. */
  readonly pgsizes: bigint;
  /** Bytes of a page of dirty bitmaps. Default 4096: libvfio-user knows no other. */
  readonly migrationPgsize: number;
  /** Bytes of a dirty bitmap. Default 1 MiB, what fits a message; with 4 KiB pages that is 32 GiB. */
  readonly maxBitmapSize: number;
  /** REGION_WRITE_MULTI is offered. Default false: QEMU 10.2 then sends every message through another thread. */
  readonly writeMultiple: boolean;
  /** A twin socket is granted to clients that ask. Default true. */
  readonly twinSocket: boolean;
  /** Commands that wait while one is carried out. Default 4096: QEMU posts 1024 writes before it batches. */
  readonly queuedCommands: number;
  /** Bytes of the commands that wait. Default 16 MiB; nothing is read while there are more. */
  readonly queuedBytes: number;
  /** Bytes that wait for a client which does not read. Default 16 MiB; then it is cut off. */
  readonly outboundBytes: number;
  /** DMA messages to the client that are not answered yet. Default 8. */
  readonly dmaInFlight: number;
  /** Milliseconds in which QEMU wants its answer (x-msg-timeout). Default 5000. */
  readonly deadlineMs: number;
  /** Milliseconds after which a command is reported as slow. Default 80 % of the deadline. */
  readonly warnMs: number;
  /** Milliseconds after which a command that is held is answered ETIMEDOUT. Default 90 % of the deadline. */
  readonly answerMs: number;
}

/** The limits of a server that is told nothing else. */
export const DEFAULT_LIMITS: ServerLimits = {
  maxDataXferSize: 0x10_0000,
  maxMsgFds: QEMU_MAX_MSG_FDS,
  maxDmaMaps: 0xffff,
  maxDescriptorMaps: 1024,
  pgsizes: 0xffff_ffff_ffff_f000n,
  migrationPgsize: 0x1000,
  maxBitmapSize: 0x10_0000,
  writeMultiple: false,
  twinSocket: true,
  queuedCommands: 4096,
  queuedBytes: 0x100_0000,
  outboundBytes: 0x100_0000,
  dmaInFlight: 8,
  deadlineMs: 5000,
  warnMs: 4000,
  answerMs: 4500,
};

type NumberName = {
  [K in keyof ServerLimits]: ServerLimits[K] extends number ? K : never;
}[keyof ServerLimits];

const RANGES: Readonly<Record<NumberName, readonly [min: number, max: number]>> = {
  maxDataXferSize: [1, 0x400_0000],
  maxMsgFds: [1, QEMU_MAX_MSG_FDS],
  maxDmaMaps: [0, 0xffff],
  maxDescriptorMaps: [0, 0xffff],
  migrationPgsize: [0x1000, 0x8000_0000],
  maxBitmapSize: [8, 0x400_0000],
  queuedCommands: [1, 0x10_0000],
  queuedBytes: [1, 0x4000_0000],
  outboundBytes: [1, 0x4000_0000],
  dmaInFlight: [1, 0x1_0000],
  deadlineMs: [1, 0x7fff_ffff],
  warnMs: [1, 0x7fff_ffff],
  answerMs: [1, 0x7fff_ffff],
};

function checkNumbers(limits: ServerLimits): void {
  for (const [name, [min, max]] of Object.entries(RANGES)) {
    // RANGES has exactly the names of the numbers.
    const value = limits[name as NumberName];
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new RangeError(`${name} is ${value}: it must be a whole number from ${min} to ${max}`);
    }
  }
  if (!Number.isInteger(Math.log2(limits.migrationPgsize))) {
    throw new RangeError(`migrationPgsize is ${limits.migrationPgsize}: it must be a power of two`);
  }
}

/**
 * Fills in and checks the limits of a server. The times follow from the deadline.
 *
 * @throws RangeError naming the limit and its range
 */
export function serverLimits(given: Partial<ServerLimits> = {}): ServerLimits {
  const deadlineMs = given.deadlineMs ?? DEFAULT_LIMITS.deadlineMs;
  const limits: ServerLimits = {
    ...DEFAULT_LIMITS,
    warnMs: Math.ceil(deadlineMs * 0.8),
    answerMs: Math.ceil(deadlineMs * 0.9),
    ...given,
  };
  checkNumbers(limits);
  const { pgsizes } = limits;
  if (BigInt.asUintN(64, pgsizes) !== pgsizes || (pgsizes & 0x1fffn) !== 0x1000n) {
    throw new RangeError(
      `pgsizes is ${pgsizes.toString(16)} in hexadecimal: it must have 4 KiB and nothing smaller`,
    );
  }
  return limits;
}

/** Bytes of the largest message there can be: header, fixed part and data of a transfer. */
export function maxMessageSize(maxDataXferSize: number): number {
  return VfioUserHeader.size + VfioUserRegionAccess.size + maxDataXferSize;
}

/** What a server with these limits offers, for `negotiate`. */
export function offerOf(limits: ServerLimits): Capabilities {
  return {
    maxMsgFds: limits.maxMsgFds,
    maxDataXferSize: limits.maxDataXferSize,
    maxDmaMaps: limits.maxDmaMaps,
    pgsizes: limits.pgsizes,
    migration: { pgsize: limits.migrationPgsize, maxBitmapSize: limits.maxBitmapSize },
    writeMultiple: limits.writeMultiple,
    twinSocket: limits.twinSocket,
    control: true,
  };
}
