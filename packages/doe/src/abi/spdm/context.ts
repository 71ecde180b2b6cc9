import { SPDM_VERSION_10, SPDM_VERSION_11, SPDM_VERSION_12, SPDM_VERSION_13 } from '@mdevkit/uapi';
import type { Algorithms } from './algorithms/negotiated.js';

/** A version of DSP0274, as the first byte of a message has it. */
export type SpdmVersion =
  typeof SPDM_VERSION_10 | typeof SPDM_VERSION_11 | typeof SPDM_VERSION_12 | typeof SPDM_VERSION_13;

/** Every version that is spoken, the newest first. */
export const spdmVersions: readonly SpdmVersion[] = [
  SPDM_VERSION_13,
  SPDM_VERSION_12,
  SPDM_VERSION_11,
  SPDM_VERSION_10,
];

/** Whether the byte is a version that is spoken. */
export function isSpdmVersion(value: number): value is SpdmVersion {
  return value >= SPDM_VERSION_10 && value <= SPDM_VERSION_13;
}

/** What was agreed on so far: layouts depend on the version, sizes on the algorithms. */
export interface SpdmContext {
  readonly version: SpdmVersion;
  /** Undefined before ALGORITHMS. */
  readonly algorithms: Algorithms | undefined;
}

/** After ALGORITHMS. */
export interface NegotiatedContext extends SpdmContext {
  readonly algorithms: Algorithms;
}
