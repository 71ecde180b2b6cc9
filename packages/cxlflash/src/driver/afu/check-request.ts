import {
  READ_16,
  RHT_PERM_READ,
  RHT_PERM_WRITE,
  SISL_AFU_RC_CAP_VIOLATION,
  SISL_CTX_CAP_READ_CMD,
  SISL_CTX_CAP_WRITE_CMD,
  SISL_FC_RC_ABORTOK,
  SISL_REQ_FLAGS_AFU_CMD,
  SISL_REQ_FLAGS_HOST_WRITE,
  SISL_REQ_FLAGS_RES_HNDL,
  SISL_REQ_FLAGS_SUP_UNDERRUN,
  SISL_REQ_FLAGS_TIMEOUT_CYCLES,
  SISL_REQ_FLAGS_TMF_CMD,
  WRITE_16,
} from '@mdevkit/uapi';
import type { Outcome } from './outcome.js';
import type { Request } from './request.js';

const KNOWN_FLAGS =
  SISL_REQ_FLAGS_RES_HNDL |
  SISL_REQ_FLAGS_SUP_UNDERRUN |
  SISL_REQ_FLAGS_TIMEOUT_CYCLES |
  SISL_REQ_FLAGS_HOST_WRITE;

/** What a request wants, as far as the AFU can tell without the disk. */
export interface Wish {
  readonly isWrite: boolean;
  /** RHT_PERM_* that the resource must have. */
  readonly permission: number;
}

const READ_WISH: Wish = { isWrite: false, permission: RHT_PERM_READ };
const WRITE_WISH: Wish = { isWrite: true, permission: RHT_PERM_WRITE };
const violation: Outcome = { afuRc: SISL_AFU_RC_CAP_VIOLATION };

/**
 * Whether the context of a window may have what it asks for. A user reads and writes disks by resource handles, and nothing
 * else.
 *
 * Source: drivers/scsi/cxlflash/sislite.h, SISL_CTX_CAP_*, SISL_AFU_RC_CAP_VIOLATION; open-power/capiflash
 * src/cflash/test/cflash_test_error.c, mc_invalid_ioarcb, for what the flags must agree with.
 */
export function checkRequest(
  request: Request,
  context: { readonly number: number; readonly capabilities: bigint },
): Wish | Outcome {
  const { flags, opcode } = request;
  if (
    request.context !== context.number ||
    (flags & (SISL_REQ_FLAGS_AFU_CMD | SISL_REQ_FLAGS_TMF_CMD)) !== 0 ||
    (flags & SISL_REQ_FLAGS_RES_HNDL) === 0 ||
    request.listLength !== 0 ||
    request.queue !== 0
  ) {
    return violation;
  }
  const wish = wishOf(opcode, context.capabilities);
  if (wish === undefined) {
    return violation;
  }
  const saysWrite = (flags & SISL_REQ_FLAGS_HOST_WRITE) !== 0;
  return (flags & ~KNOWN_FLAGS) !== 0 || saysWrite !== wish.isWrite
    ? { fcRc: SISL_FC_RC_ABORTOK }
    : wish;
}

function wishOf(opcode: number, capabilities: bigint): Wish | undefined {
  if (opcode === READ_16 && (capabilities & SISL_CTX_CAP_READ_CMD) !== 0n) {
    return READ_WISH;
  }
  if (opcode === WRITE_16 && (capabilities & SISL_CTX_CAP_WRITE_CMD) !== 0n) {
    return WRITE_WISH;
  }
  return undefined;
}
