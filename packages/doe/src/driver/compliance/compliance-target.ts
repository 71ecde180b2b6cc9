import type { ComplianceArguments, ComplianceMode } from '../../abi/compliance/index.js';

/**
 * What each test mode does. A mode that is missing is one that the device does not have.
 *
 * An MdevError says how a request ends: EOPNOTSUPP is _unsupported injection function_, EPERM and EACCES are _not
 * authorized_, EBUSY and EAGAIN are _busy_, EINVAL and EFAULT are _unknown failure_; all others, and whatever else is
 * thrown, are _internal error_.
 */
export type ComplianceModes = {
  readonly [M in ComplianceMode]?: (values: ComplianceArguments<M>) => void | Promise<void>;
};

/** A device that can be put into test modes (CXL 3.1, section 14.16.4). */
export interface ComplianceTarget {
  readonly modes: ComplianceModes;
  /** Leaves all modes. Called also when the function is reset, or when somebody else has the feature from now on. */
  haltAll(): void | Promise<void>;
  /** Which of the modes may be set now; all of them without it. The others are answered with _not authorized_. */
  enabled?(mode: ComplianceMode): boolean;
  /** The device's cache, if it has one: its size, and the code of the unit. 16 and 8 bits. */
  readonly cache?: { readonly size: number; readonly units: number };
}
