import type { MdevError } from '@mdevkit/core';
import {
  SPDM_ERROR_BUSY,
  SPDM_ERROR_DECRYPT_ERROR,
  SPDM_ERROR_INVALID_POLICY,
  SPDM_ERROR_INVALID_REQUEST,
  SPDM_ERROR_INVALID_RESPONSE_CODE,
  SPDM_ERROR_INVALID_SESSION,
  SPDM_ERROR_LARGE_RESPONSE,
  SPDM_ERROR_MESSAGE_LOST,
  SPDM_ERROR_NO_PENDING_REQUESTS,
  SPDM_ERROR_OPERATION_FAILED,
  SPDM_ERROR_REQUEST_IN_FLIGHT,
  SPDM_ERROR_REQUEST_RESYNCH,
  SPDM_ERROR_REQUEST_TOO_LARGE,
  SPDM_ERROR_RESET_REQUIRED,
  SPDM_ERROR_RESPONSE_NOT_READY,
  SPDM_ERROR_RESPONSE_TOO_LARGE,
  SPDM_ERROR_SESSION_LIMIT_EXCEEDED,
  SPDM_ERROR_SESSION_REQUIRED,
  SPDM_ERROR_UNEXPECTED_REQUEST,
  SPDM_ERROR_UNSPECIFIED,
  SPDM_ERROR_UNSUPPORTED_REQUEST,
  SPDM_ERROR_VENDOR_DEFINED,
  SPDM_ERROR_VERSION_MISMATCH,
} from '@mdevkit/uapi';
import { failure, type DoeReason } from '../../../errors/index.js';

const reasons: ReadonlyMap<number, DoeReason> = new Map<number, DoeReason>([
  [SPDM_ERROR_INVALID_REQUEST, 'doe.spdm-error-invalid-request'],
  [SPDM_ERROR_INVALID_SESSION, 'doe.spdm-error-invalid-session'],
  [SPDM_ERROR_BUSY, 'doe.spdm-error-busy'],
  [SPDM_ERROR_UNEXPECTED_REQUEST, 'doe.spdm-error-unexpected-request'],
  [SPDM_ERROR_UNSPECIFIED, 'doe.spdm-error-unspecified'],
  [SPDM_ERROR_DECRYPT_ERROR, 'doe.spdm-error-decrypt'],
  [SPDM_ERROR_UNSUPPORTED_REQUEST, 'doe.spdm-error-unsupported'],
  [SPDM_ERROR_REQUEST_IN_FLIGHT, 'doe.spdm-error-in-flight'],
  [SPDM_ERROR_INVALID_RESPONSE_CODE, 'doe.spdm-error-response-code'],
  [SPDM_ERROR_SESSION_LIMIT_EXCEEDED, 'doe.spdm-error-session-limit'],
  [SPDM_ERROR_SESSION_REQUIRED, 'doe.spdm-error-session-required'],
  [SPDM_ERROR_RESET_REQUIRED, 'doe.spdm-error-reset-required'],
  [SPDM_ERROR_RESPONSE_TOO_LARGE, 'doe.spdm-error-response-too-large'],
  [SPDM_ERROR_REQUEST_TOO_LARGE, 'doe.spdm-error-request-too-large'],
  [SPDM_ERROR_LARGE_RESPONSE, 'doe.spdm-error-large-response'],
  [SPDM_ERROR_MESSAGE_LOST, 'doe.spdm-error-message-lost'],
  [SPDM_ERROR_INVALID_POLICY, 'doe.spdm-error-invalid-policy'],
  [SPDM_ERROR_VERSION_MISMATCH, 'doe.spdm-error-version-mismatch'],
  [SPDM_ERROR_RESPONSE_NOT_READY, 'doe.spdm-error-not-ready'],
  [SPDM_ERROR_REQUEST_RESYNCH, 'doe.spdm-error-resynch'],
  [SPDM_ERROR_OPERATION_FAILED, 'doe.spdm-error-operation-failed'],
  [SPDM_ERROR_NO_PENDING_REQUESTS, 'doe.spdm-error-no-pending-requests'],
  [SPDM_ERROR_VENDOR_DEFINED, 'doe.spdm-error-vendor'],
]);

/**
 * The error for an ERROR of the device: a reason for each code.
 *
 * Source: DSP0274 1.3, ERROR response message.
 */
export function answerError(error: number, data: number, request: number): MdevError {
  return failure(reasons.get(error) ?? 'doe.spdm-error-unknown', { error, data, request });
}
