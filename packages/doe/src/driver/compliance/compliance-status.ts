import { MdevError } from '@mdevkit/core';
import {
  CXL_COMPLIANCE_BUSY,
  CXL_COMPLIANCE_INTERNAL_ERROR,
  CXL_COMPLIANCE_NOT_AUTHORIZED,
  CXL_COMPLIANCE_UNKNOWN_FAILURE,
  CXL_COMPLIANCE_UNSUPPORTED_INJECTION,
} from '@mdevkit/uapi';

const statusOf: Readonly<Partial<Record<string, number>>> = {
  EOPNOTSUPP: CXL_COMPLIANCE_UNSUPPORTED_INJECTION,
  EPERM: CXL_COMPLIANCE_NOT_AUTHORIZED,
  EACCES: CXL_COMPLIANCE_NOT_AUTHORIZED,
  EBUSY: CXL_COMPLIANCE_BUSY,
  EAGAIN: CXL_COMPLIANCE_BUSY,
  EINVAL: CXL_COMPLIANCE_UNKNOWN_FAILURE,
  EFAULT: CXL_COMPLIANCE_UNKNOWN_FAILURE,
};

/** How a request ends that threw this (CXL 3.1, section 14.16.4: compliance mode return values). */
export function complianceStatus(error: unknown): number {
  const status = MdevError.is(error) ? statusOf[error.code] : undefined;
  return status ?? CXL_COMPLIANCE_INTERNAL_ERROR;
}
