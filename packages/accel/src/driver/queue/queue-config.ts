import type { RegisterMap } from '@mdevkit/core';
import {
  COMPLETION_ENTRY_BYTES,
  MAX_DEPTH_LOG2,
  MIN_DEPTH_LOG2,
  SUBMISSION_ENTRY_BYTES,
  type QueueRegister,
} from '../../abi/index.js';

/** What a queue takes from its registers when it is enabled. */
export interface QueueConfig {
  readonly submissionBase: bigint;
  readonly completionBase: bigint;
  readonly depthLog2: number;
  readonly vector: number;
}

/** The configuration in the registers, or undefined if it is not possible. */
export function queueConfig(
  registers: RegisterMap<QueueRegister>,
  vectors: number,
): QueueConfig | undefined {
  const config = {
    submissionBase: registers.get64('SQ_BASE'),
    completionBase: registers.get64('CQ_BASE'),
    depthLog2: registers.get('DEPTH'),
    vector: registers.get('IRQ_VECTOR'),
  };
  const possible =
    config.depthLog2 >= MIN_DEPTH_LOG2 &&
    config.depthLog2 <= MAX_DEPTH_LOG2 &&
    config.vector < vectors &&
    config.submissionBase % BigInt(SUBMISSION_ENTRY_BYTES) === 0n &&
    config.completionBase % BigInt(COMPLETION_ENTRY_BYTES) === 0n;
  return possible ? config : undefined;
}
