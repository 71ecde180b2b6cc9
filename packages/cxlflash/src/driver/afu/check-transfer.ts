import type { Iova } from '@mdevkit/core';
import {
  SISL_AFU_DMA_ERR_INVALID_EA,
  SISL_FC_RC_RESID,
  SISL_RC_FLAGS_OVERRUN,
  SISL_RC_FLAGS_UNDERRUN,
  SISL_REQ_FLAGS_SUP_UNDERRUN,
} from '@mdevkit/uapi';
import {
  ASC_INVALID_FIELD_IN_CDB,
  ASC_LBA_OUT_OF_RANGE,
  MAX_TRANSFER,
  REQUEST_ALIGNMENT,
} from '../../abi/index.js';
import type { Disk } from '../parent/index.js';
import { isAligned } from './iova-range.js';
import { dataFault, illegalRequest, type Outcome } from './outcome.js';
import type { Request } from './request.js';

/** Bits of byte 1 of a CDB: protection information, which no disk here has; the write goes to the medium at once. */
const PROTECTION = 0xe0;
const FORCE_UNIT_ACCESS = 0x08;

/** Data that a command moves: whole blocks of a disk, and a buffer in the memory of the client. */
export interface Extent {
  readonly lba: number;
  readonly bytes: number;
  readonly address: Iova;
  readonly isForced: boolean;
  /** How a command ends that has moved all of it. */
  readonly end: Outcome;
}

/**
 * Whether a disk can do what a request wants, and what it is. Errors of a request come in the order in which a disk finds
 * them: its CDB, its blocks, its buffer.
 *
 * Source: SBC-3, 4.4.1 (what is beyond the last block); open-power/capiflash src/cflash/test/cflash_test_error.c,
 * mc_invalid_ioarcb (9 .. 18): a buffer that is too small is a CHECK CONDITION with flags.
 */
export function checkTransfer(request: Request, disk: Disk): Extent | Outcome {
  const { blockSize, blocks } = disk.store;
  const { dataLength, dataAddress, lba, options } = request;
  const bytes = request.blocks * blockSize;
  if ((options & PROTECTION) !== 0 || bytes > MAX_TRANSFER) {
    return illegalRequest(ASC_INVALID_FIELD_IN_CDB, dataLength);
  }
  if (typeof lba === 'bigint' || lba + request.blocks > blocks) {
    return illegalRequest(ASC_LBA_OUT_OF_RANGE, dataLength);
  }
  if (dataLength < bytes) {
    const missing = bytes - dataLength;
    return illegalRequest(ASC_INVALID_FIELD_IN_CDB, missing, SISL_RC_FLAGS_OVERRUN);
  }
  if (bytes > 0 && !isAligned(dataAddress, REQUEST_ALIGNMENT)) {
    return dataFault(SISL_AFU_DMA_ERR_INVALID_EA, dataLength);
  }
  return {
    lba,
    bytes,
    address: dataAddress,
    isForced: (options & FORCE_UNIT_ACCESS) !== 0,
    end: endOf(request, dataLength - bytes),
  };
}

function endOf(request: Request, resid: number): Outcome {
  if (resid === 0) {
    return {};
  }
  return (request.flags & SISL_REQ_FLAGS_SUP_UNDERRUN) !== 0
    ? { resid }
    : { flags: SISL_RC_FLAGS_UNDERRUN, fcRc: SISL_FC_RC_RESID, resid };
}
