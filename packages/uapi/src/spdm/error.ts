/**
 * Why a responder refuses: the third byte of ERROR.
 *
 * Source: DSP0274 1.3, ERROR response message.
 */

export const SPDM_ERROR_INVALID_REQUEST = 0x01;
/** Versions 1.1 and 1.0 only. */
export const SPDM_ERROR_INVALID_SESSION = 0x02;
export const SPDM_ERROR_BUSY = 0x03;
export const SPDM_ERROR_UNEXPECTED_REQUEST = 0x04;
export const SPDM_ERROR_UNSPECIFIED = 0x05;
export const SPDM_ERROR_DECRYPT_ERROR = 0x06;
/** The error data is the code of the request. */
export const SPDM_ERROR_UNSUPPORTED_REQUEST = 0x07;
export const SPDM_ERROR_REQUEST_IN_FLIGHT = 0x08;
export const SPDM_ERROR_INVALID_RESPONSE_CODE = 0x09;
export const SPDM_ERROR_SESSION_LIMIT_EXCEEDED = 0x0a;
export const SPDM_ERROR_SESSION_REQUIRED = 0x0b;
export const SPDM_ERROR_RESET_REQUIRED = 0x0c;
export const SPDM_ERROR_RESPONSE_TOO_LARGE = 0x0d;
export const SPDM_ERROR_REQUEST_TOO_LARGE = 0x0e;
export const SPDM_ERROR_LARGE_RESPONSE = 0x0f;
export const SPDM_ERROR_MESSAGE_LOST = 0x10;
export const SPDM_ERROR_INVALID_POLICY = 0x11;
export const SPDM_ERROR_VERSION_MISMATCH = 0x41;
export const SPDM_ERROR_RESPONSE_NOT_READY = 0x42;
export const SPDM_ERROR_REQUEST_RESYNCH = 0x43;
export const SPDM_ERROR_OPERATION_FAILED = 0x44;
export const SPDM_ERROR_NO_PENDING_REQUESTS = 0x45;
export const SPDM_ERROR_VENDOR_DEFINED = 0xff;
