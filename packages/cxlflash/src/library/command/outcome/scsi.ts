import {
  NO_SENSE,
  NOT_READY,
  RECOVERED_ERROR,
  SAM_STAT_BUSY,
  SAM_STAT_CHECK_CONDITION,
  SAM_STAT_RESERVATION_CONFLICT,
  SAM_STAT_TASK_SET_FULL,
  UNIT_ATTENTION,
} from '@mdevkit/uapi';
import { SENSE_ASC, SENSE_ASCQ, SENSE_KEY } from '../../../abi/index.js';
import { delay, fail, GOOD, retry, type Verdict } from './verdict.js';

/** Additional sense codes of a UNIT ATTENTION that a look at the disk remedies (SPC-4, annex D.2). */
const ASC_RESET = 0x29;
const ASC_PARAMETERS_CHANGED = 0x2a;
const ASC_TARGET_CHANGED = 0x3f;
const ASCQ_LUNS_CHANGED = 0x0e;

/**
 * What `scsi_rc`, not 0, means for a command; `sense` if there are valid sense data.
 *
 * Source: open-power/capiflash, cblk_process_sisl_cmd_err, cblk_process_sense_data.
 */
export function scsiVerdict(scsiRc: number, sense: Uint8Array | undefined): Verdict {
  if (sense !== undefined) {
    return senseVerdict(sense);
  }
  switch (scsiRc) {
    case SAM_STAT_CHECK_CONDITION:
      return retry('cxlflash.check-condition');
    case SAM_STAT_BUSY:
    case SAM_STAT_TASK_SET_FULL:
      return delay('cxlflash.busy');
    case SAM_STAT_RESERVATION_CONFLICT:
      return fail('cxlflash.reserved');
    default:
      return fail('cxlflash.scsi-status');
  }
}

/** Sense key, code and qualifier, for people. */
export function senseDetails(sense: Uint8Array): {
  readonly key: number;
  readonly asc: number;
  readonly ascq: number;
} {
  const [key = 0, asc = 0, ascq = 0] = [SENSE_KEY, SENSE_ASC, SENSE_ASCQ].map((at) => sense[at]);
  return { key: key & 0xf, asc, ascq };
}

function senseVerdict(sense: Uint8Array): Verdict {
  const { key, asc, ascq } = senseDetails(sense);
  switch (key) {
    case NO_SENSE:
    case RECOVERED_ERROR:
      return GOOD;
    case NOT_READY:
      return retry('cxlflash.check-condition');
    case UNIT_ATTENTION:
      return isVerifiable(asc, ascq)
        ? { kind: 'verify', reason: 'cxlflash.check-condition' }
        : fail('cxlflash.check-condition');
    default:
      return fail('cxlflash.check-condition');
  }
}

function isVerifiable(asc: number, ascq: number): boolean {
  return (
    asc === ASC_RESET ||
    asc === ASC_PARAMETERS_CHANGED ||
    (asc === ASC_TARGET_CHANGED && ascq === ASCQ_LUNS_CHANGED)
  );
}
