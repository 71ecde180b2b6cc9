import { SPDM_RESPOND_IF_READY } from '@mdevkit/uapi';
import type { SpdmContext, SpdmVersion } from '../context.js';
import { decodePlain, writeHeader, type Decoded } from './header.js';

/** Asks again for the response to a request that was not ready. */
export interface RespondIfReady {
  readonly version: SpdmVersion;
  /** Code of that request. */
  readonly requestCode: number;
  /** As the ERROR said. */
  readonly token: number;
}

/** Source: DSP0274 1.2, RESPOND_IF_READY. */
export function encodeRespondIfReady({ version, requestCode, token }: RespondIfReady): Uint8Array {
  return writeHeader(version, SPDM_RESPOND_IF_READY, requestCode, token).finish();
}

export function decodeRespondIfReady(
  bytes: Uint8Array,
  context: SpdmContext,
): Decoded<RespondIfReady> {
  const { message, length } = decodePlain(bytes, SPDM_RESPOND_IF_READY, context);
  const { version, param1: requestCode, param2: token } = message;
  return { message: { version, requestCode, token }, length };
}
