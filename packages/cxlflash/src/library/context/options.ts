import { SISL_MSI_RRQ_UPDATED } from '@mdevkit/uapi';
import { MAX_INTERRUPTS, MAX_TRANSFER } from '../../abi/index.js';
import { failure } from '../../errors/index.js';
import { MAX_TIMEOUT_MS } from '../command/index.js';
import { BLOCK_BYTES, type Access } from '../lun/index.js';

/** Everything has a default. */
export interface ContextOptions {
  /** The number of a disk; 0 by default. */
  readonly disk?: number;
  /** What its commands may do; both by default. */
  readonly access?: Access;
  /** Interrupts, 2 to 4: that of errors, that of responses and more; 4 by default. */
  readonly interrupts?: number;
  /** Memory for the data of commands that are under way, in bytes; 16 MiB by default, which one transfer may fill. */
  readonly bufferBytes?: number;
  /**
   * Milliseconds that a command may take in the device, 5000 by default; above 65,535 whole seconds count. The host waits
   * twice as long.
   */
  readonly timeoutMs?: number;
}

/** Options with all defaults. */
export interface CheckedContextOptions {
  readonly disk: number;
  readonly access: Access;
  readonly interrupts: number;
  readonly bufferBytes: number;
  readonly timeoutMs: number;
}

/** Source: open-power/capiflash src/block/cflash_block_internal.h, CAPI_SCSI_IO_TIME_OUT. */
const DEFAULT_TIMEOUT_MS = 5000;
const ACCESSES: readonly string[] = ['read', 'write', 'read-write'] satisfies Access[];

/** Throws EINVAL `cxlflash.argument`. */
export function checkContextOptions(options: ContextOptions): CheckedContextOptions {
  const { disk = 0, access = 'read-write', interrupts = MAX_INTERRUPTS } = options;
  const { bufferBytes = MAX_TRANSFER, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  requireWhole('disk', disk, 0, 0xffff_ffff);
  requireWhole('interrupts', interrupts, SISL_MSI_RRQ_UPDATED, 0xffff_ffff);
  requireWhole('bufferBytes', bufferBytes, BLOCK_BYTES, 2 ** 40);
  requireWhole('timeoutMs', timeoutMs, 1, MAX_TIMEOUT_MS);
  if (!ACCESSES.includes(access)) {
    throw failure('cxlflash.argument', { field: 'access', value: access });
  }
  return { disk, access, interrupts, bufferBytes, timeoutMs };
}

/** Everything has a default. */
export interface LunOptions {
  /** The number of a disk that the context has; its first one by default. */
  readonly disk?: number;
  /** Requests that may be in use, 1 to 8192; 64 by default, which 0 means, too. */
  readonly maxRequests?: number;
}

/** Source: open-power/capiflash src/block/cflash_block_internal.h, MAX_NUM_CMDS. */
const MAX_REQUESTS = 8192;
const DEFAULT_REQUESTS = 64;

/** Throws EINVAL `cxlflash.argument`, ENOMEM `cxlflash.max-requests`. */
export function checkMaxRequests(maxRequests: number | undefined): number {
  const wanted = maxRequests ?? DEFAULT_REQUESTS;
  requireWhole('maxRequests', wanted, 0, Number.MAX_SAFE_INTEGER);
  if (wanted > MAX_REQUESTS) {
    throw failure('cxlflash.max-requests', { maxRequests: wanted });
  }
  return wanted === 0 ? DEFAULT_REQUESTS : wanted;
}

export function requireWhole(field: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw failure('cxlflash.argument', { field, value });
  }
}
