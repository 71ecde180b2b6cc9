import {
  SPDM_ERROR_DECRYPT_ERROR,
  SPDM_ERROR_INVALID_REQUEST,
  SPDM_ERROR_SESSION_REQUIRED,
  SPDM_ERROR_UNEXPECTED_REQUEST,
  SPDM_ERROR_UNSUPPORTED_REQUEST,
  SPDM_VERSION_12,
} from '@mdevkit/uapi';

/** A request that is answered by ERROR (DSP0274 1.2, ERROR response message). */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** SPDM_ERROR_*. */
  readonly code: number;
  /** The second parameter of ERROR. */
  readonly data: number;
  /** What follows it. */
  readonly extended: Uint8Array;
  /** The session that the request came in is over. */
  readonly fatal: boolean;

  constructor(
    code: number,
    more: { readonly data?: number; readonly extended?: Uint8Array; readonly fatal?: boolean } = {},
  ) {
    super(`SPDM error ${code.toString(16)}`);
    this.code = code;
    this.data = more.data ?? 0;
    this.extended = more.extended ?? new Uint8Array();
    this.fatal = more.fatal ?? false;
  }
}

/** A record that does not open, or a code that does not fit: the session is over. */
export function decryptError(): Refusal {
  return new Refusal(SPDM_ERROR_DECRYPT_ERROR, { fatal: true });
}

export function invalidRequest(): Refusal {
  return new Refusal(SPDM_ERROR_INVALID_REQUEST);
}

export function unexpectedRequest(): Refusal {
  return new Refusal(SPDM_ERROR_UNEXPECTED_REQUEST);
}

/** @param code of the request */
export function unsupportedRequest(code: number): Refusal {
  return new Refusal(SPDM_ERROR_UNSUPPORTED_REQUEST, { data: code });
}

/** Before version 1.2 there is no error of its own for this. */
export function sessionRequired(version: number): Refusal {
  return version >= SPDM_VERSION_12
    ? new Refusal(SPDM_ERROR_SESSION_REQUIRED)
    : unexpectedRequest();
}
