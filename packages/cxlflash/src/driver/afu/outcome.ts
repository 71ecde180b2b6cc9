import {
  SAM_STAT_CHECK_CONDITION,
  SISL_AFU_RC_DATA_DMA_ERR,
  SISL_RC_FLAGS_SENSE_VALID,
  SISL_SENSE_DATA_LEN,
  SislIoasa,
  ILLEGAL_REQUEST,
} from '@mdevkit/uapi';
import {
  RESPONSE_WRITTEN,
  SENSE_ADDITIONAL_LENGTH,
  SENSE_ASC,
  SENSE_FIXED_CURRENT,
  SENSE_INFORMATION,
  SENSE_KEY,
  SENSE_RESPONSE,
  SENSE_VALID_INFORMATION,
} from '../../abi/index.js';

/** Why a disk did not do what it was asked. */
export interface Sense {
  readonly key: number;
  readonly asc: number;
  /** The block that it failed at. */
  readonly lba?: number;
}

/** How a command ended: what of a response is not zero. */
export interface Outcome {
  readonly flags?: number;
  readonly afuRc?: number;
  readonly scsiRc?: number;
  readonly fcRc?: number;
  readonly afuExtra?: number;
  /** Bytes that were not transferred, or that there was no room for. */
  readonly resid?: number;
  readonly port?: number;
  readonly sense?: Sense;
}

/** CHECK CONDITION with sense data. */
export function checkCondition(sense: Sense, resid: number, flags = 0): Outcome {
  return {
    flags: flags | SISL_RC_FLAGS_SENSE_VALID,
    scsiRc: SAM_STAT_CHECK_CONDITION,
    resid,
    sense,
  };
}

/** CHECK CONDITION for what the initiator did wrong. */
export function illegalRequest(asc: number, resid: number, flags = 0): Outcome {
  return checkCondition({ key: ILLEGAL_REQUEST, asc }, resid, flags);
}

/** The data of a command could not be moved; `afuExtra` is SISL_AFU_DMA_ERR_*. */
export function dataFault(afuExtra: number, resid: number): Outcome {
  return { afuRc: SISL_AFU_RC_DATA_DMA_ERR, afuExtra, resid };
}

const { fields } = SislIoasa;
const SENSE = fields.sense_data.offset;

/**
 * Writes the part of a response that is the device's own into `bytes`.
 *
 * Source: drivers/scsi/cxlflash/sislite.h, struct sisl_ioasa.
 */
export function encodeOutcome(outcome: Outcome, bytes: DataView, littleEndian: boolean): void {
  for (let at = 0; at < RESPONSE_WRITTEN; at += 4) {
    bytes.setUint32(at, 0);
  }
  const { flags = 0, afuRc = 0, scsiRc = 0, fcRc = 0, sense } = outcome;
  bytes.setUint8(0, flags);
  bytes.setUint8(1, afuRc);
  bytes.setUint8(2, scsiRc);
  bytes.setUint8(3, fcRc);
  bytes.setUint32(fields.resid.offset, outcome.resid ?? 0, littleEndian);
  bytes.setUint8(fields.port.offset, outcome.port ?? 0);
  bytes.setUint8(fields.afu_extra.offset, outcome.afuExtra ?? 0);
  if (sense !== undefined) {
    encodeSense(sense, bytes);
  }
}

function encodeSense({ key, asc, lba }: Sense, bytes: DataView): void {
  const hasLba = lba !== undefined && lba <= 0xffff_ffff;
  const response = SENSE_FIXED_CURRENT | (hasLba ? SENSE_VALID_INFORMATION : 0);
  bytes.setUint8(SENSE + SENSE_RESPONSE, response);
  bytes.setUint8(SENSE + SENSE_KEY, key);
  if (hasLba) {
    bytes.setUint32(SENSE + SENSE_INFORMATION, lba);
  }
  bytes.setUint8(
    SENSE + SENSE_ADDITIONAL_LENGTH,
    SISL_SENSE_DATA_LEN - SENSE_ADDITIONAL_LENGTH - 1,
  );
  bytes.setUint8(SENSE + SENSE_ASC, asc);
}
