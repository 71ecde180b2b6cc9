import type { ErrorDetails, MdevError } from '@mdevkit/core';
import {
  SISL_RC_FLAGS_OVERRUN,
  SISL_RC_FLAGS_SENSE_VALID,
  SISL_RC_FLAGS_UNDERRUN,
  SISL_SENSE_DATA_LEN,
  SislIoasa,
} from '@mdevkit/uapi';
import { failure, type LibraryReason } from '../../../errors/index.js';
import { afuVerdict } from './afu.js';
import { fcVerdict } from './fc.js';
import { scsiVerdict, senseDetails } from './scsi.js';
import { fail, GOOD, type Verdict } from './verdict.js';

const { fields } = SislIoasa;
const FLAGS = 0;
const AFU_RC = 1;
const SCSI_RC = 2;
const FC_RC = 3;
const RESID = fields.resid.offset;
const PORT = fields.port.offset;
const AFU_EXTRA = fields.afu_extra.offset;
const SCSI_EXTRA = fields.scsi_extra.offset;
const FC_EXTRA = fields.fc_extra.offset;
const SENSE = fields.sense_data.offset;

/**
 * What a response says. The AFU's own error counts before that of the port, and that before the status of the disk: who is
 * nearer to the host saw less of the command.
 *
 * Source: drivers/scsi/cxlflash/sislite.h, struct sisl_ioasa; open-power/capiflash src/block/cflash_block_sisl.c,
 * cblk_process_sisl_cmd_err.
 */
export function verdictOf(view: DataView, at: number): Verdict {
  if (view.getUint32(at, true) === 0) {
    return GOOD;
  }
  const afuRc = view.getUint8(at + AFU_RC);
  const fcRc = view.getUint8(at + FC_RC);
  const scsiRc = view.getUint8(at + SCSI_RC);
  if (afuRc !== 0) {
    return afuVerdict(afuRc, view.getUint8(at + AFU_EXTRA));
  }
  if (fcRc !== 0) {
    return fcVerdict(fcRc);
  }
  const verdict = scsiRc === 0 ? GOOD : scsiVerdict(scsiRc, senseOf(view, at));
  const isShort =
    (view.getUint8(at + FLAGS) & (SISL_RC_FLAGS_OVERRUN | SISL_RC_FLAGS_UNDERRUN)) !== 0;
  return verdict.kind === 'good' && isShort ? fail('cxlflash.short') : verdict;
}

/** The error of a command by its response, with all that the response tells. */
export function responseError(reason: LibraryReason, view: DataView, at: number): MdevError {
  const sense = senseOf(view, at);
  const details: ErrorDetails = {
    afu_rc: view.getUint8(at + AFU_RC),
    scsi_rc: view.getUint8(at + SCSI_RC),
    fc_rc: view.getUint8(at + FC_RC),
    flags: view.getUint8(at + FLAGS),
    resid: view.getUint32(at + RESID, true),
    port: view.getUint8(at + PORT),
    afu_extra: view.getUint8(at + AFU_EXTRA),
    scsi_extra: view.getUint8(at + SCSI_EXTRA),
    fc_extra: view.getUint8(at + FC_EXTRA),
    ...(sense === undefined ? {} : senseDetails(sense)),
  };
  return failure(reason, details);
}

function senseOf(view: DataView, at: number): Uint8Array | undefined {
  return (view.getUint8(at + FLAGS) & SISL_RC_FLAGS_SENSE_VALID) === 0
    ? undefined
    : new Uint8Array(view.buffer, view.byteOffset + at + SENSE, SISL_SENSE_DATA_LEN);
}
