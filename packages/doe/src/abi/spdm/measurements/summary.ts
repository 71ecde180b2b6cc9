import {
  SPDM_MEASUREMENT_FIRMWARE,
  SPDM_MEASUREMENT_ROM,
  SPDM_SUMMARY_NONE,
  SPDM_SUMMARY_TCB,
  SPDM_VERSION_12,
} from '@mdevkit/uapi';
import { concatBytes } from '../bytes/writer.js';
import type { NegotiatedContext } from '../context.js';
import { hashOf } from '../crypto/transcript.js';
import type { SummaryType } from '../messages/fields.js';
import { encodeBlock, type MeasurementBlock } from './block.js';

/** Bytes of a block before what was measured: not hashed before version 1.2. */
const BLOCK_HEADER_SIZE = 4;

/**
 * The hash of the measurements, in their order: of all, or of those of the trusted computing base,
 * which are ROM and mutable firmware (own rule: DSP0274 leaves the base to the device). Undefined
 * if none is asked for.
 *
 * Source: DSP0274 1.1 and 1.2, CHALLENGE_AUTH, MeasurementSummaryHash.
 */
export function summaryHash(
  blocks: readonly MeasurementBlock[],
  type: SummaryType,
  { version, algorithms }: Pick<NegotiatedContext, 'version' | 'algorithms'>,
): Uint8Array | undefined {
  if (type === SPDM_SUMMARY_NONE) return undefined;
  const from = version >= SPDM_VERSION_12 ? 0 : BLOCK_HEADER_SIZE;
  const covered = blocks.filter((block) => type !== SPDM_SUMMARY_TCB || isTrustedBase(block));
  const record = concatBytes(covered.map((block) => encodeBlock(block).subarray(from)));
  return hashOf(algorithms.hash, record);
}

function isTrustedBase({ type }: MeasurementBlock): boolean {
  return type === SPDM_MEASUREMENT_ROM || type === SPDM_MEASUREMENT_FIRMWARE;
}
