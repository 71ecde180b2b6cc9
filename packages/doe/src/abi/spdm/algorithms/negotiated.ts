import type { MdevError } from '@mdevkit/core';
import {
  SPDM_ALG_TYPE_AEAD,
  SPDM_ALG_TYPE_DHE,
  SPDM_ALG_TYPE_KEY_SCHEDULE,
  SPDM_KEY_SCHEDULE_SPDM,
  SPDM_MEAS_SPEC_DMTF,
} from '@mdevkit/uapi';
import { failure } from '../../../errors/index.js';
import type {
  AlgorithmsMessage,
  AlgorithmStruct,
  NegotiateAlgorithms,
} from '../messages/algorithms.js';
import type { SpdmVersion } from '../context.js';
import { hashAlgorithms, measurementHashes, type HashAlgorithm } from './hashes.js';
import { aeadAlgorithms, dheGroups, type AeadAlgorithm, type DheGroup } from './sessions.js';
import { signatureAlgorithms, type SignatureAlgorithm } from './signatures.js';

/** What was negotiated. */
export interface Algorithms {
  readonly hash: HashAlgorithm;
  readonly signature: SignatureAlgorithm;
  /** Undefined: the responder measures nothing. */
  readonly measurementHash?: HashAlgorithm | 'raw';
  /** 1: DMTF measurements; 0: none. */
  readonly measurementSpec: 0 | typeof SPDM_MEAS_SPEC_DMTF;
  readonly dhe?: DheGroup;
  readonly aead?: AeadAlgorithm;
  /** Whether sessions have their key schedule. */
  readonly keySchedule: boolean;
  /** SPDM_OPAQUE_FORMAT_*; 0 before version 1.2. */
  readonly otherParams: number;
}

/**
 * What an ALGORITHMS response selects.
 *
 * @throws MdevError doe.spdm-algorithms: a selection is not one of the tables, or of several bits
 */
export function algorithmsOf(message: AlgorithmsMessage): Algorithms {
  const measurement = message.measurementHash;
  const dhe = selected('dhe', structBits(message, SPDM_ALG_TYPE_DHE), dheGroups);
  const aead = selected('aead', structBits(message, SPDM_ALG_TYPE_AEAD), aeadAlgorithms);
  const schedule = structBits(message, SPDM_ALG_TYPE_KEY_SCHEDULE);
  if (schedule !== 0 && schedule !== SPDM_KEY_SCHEDULE_SPDM) throw unknown('keySchedule', schedule);
  if (message.measurementSpec > SPDM_MEAS_SPEC_DMTF)
    throw unknown('measurementSpec', message.measurementSpec);
  const measured = selected('measurementHash', measurement, measurementHashes);
  return {
    hash: required('hash', message.baseHash, hashAlgorithms),
    signature: required('signature', message.baseAsym, signatureAlgorithms),
    ...(measured && { measurementHash: measured.hash }),
    measurementSpec: message.measurementSpec === SPDM_MEAS_SPEC_DMTF ? SPDM_MEAS_SPEC_DMTF : 0,
    ...(dhe && { dhe }),
    ...(aead && { aead }),
    keySchedule: schedule !== 0,
    otherParams: message.otherParams,
  };
}

/** The ALGORITHMS response that selects them; structures only for what sessions need and has been selected. */
export function algorithmsMessage(version: SpdmVersion, algorithms: Algorithms): AlgorithmsMessage {
  const { measurementHash, dhe, aead } = algorithms;
  const structs: AlgorithmStruct[] = [];
  if (dhe) structs.push({ type: SPDM_ALG_TYPE_DHE, supported: dhe.bit, external: [] });
  if (aead) structs.push({ type: SPDM_ALG_TYPE_AEAD, supported: aead.bit, external: [] });
  if (algorithms.keySchedule) {
    structs.push({
      type: SPDM_ALG_TYPE_KEY_SCHEDULE,
      supported: SPDM_KEY_SCHEDULE_SPDM,
      external: [],
    });
  }
  return {
    version,
    measurementSpec: algorithms.measurementSpec,
    otherParams: algorithms.otherParams,
    measurementHash: measurementHashes.find(({ hash }) => hash === measurementHash)?.bit ?? 0,
    baseAsym: algorithms.signature.bit,
    baseHash: algorithms.hash.bit,
    melSpec: 0,
    extAsym: [],
    extHash: [],
    structs,
  };
}

/** What an offer, or a selection, has of a type of algorithms (SPDM_ALG_TYPE_*); 0 without a structure of it. */
export function structBits(
  { structs }: Pick<NegotiateAlgorithms, 'structs'>,
  type: number,
): number {
  return structs.find((struct) => struct.type === type)?.supported ?? 0;
}

function selected<T extends { readonly bit: number }>(
  what: string,
  bits: number,
  table: readonly T[],
): T | undefined {
  return bits === 0 ? undefined : required(what, bits, table);
}

function required<T extends { readonly bit: number }>(
  what: string,
  bits: number,
  table: readonly T[],
): T {
  const row = table.find(({ bit }) => bit === bits);
  if (row === undefined) throw unknown(what, bits);
  return row;
}

function unknown(what: string, bits: number): MdevError {
  return failure('doe.spdm-algorithms', { what, bits });
}
