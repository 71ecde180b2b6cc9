import { MdevError } from '@mdevkit/core';
import {
  SPDM_ERROR_REQUEST_TOO_LARGE,
  SPDM_ERROR_UNSPECIFIED,
  SPDM_VERSION_12,
} from '@mdevkit/uapi';
import { MESSAGE_HEADER_SIZE, sameBytes } from '../../abi/spdm/index.js';
import { admit } from './admit.js';
import type { Exchange } from './exchange.js';
import { invalidRequest, Refusal, unexpectedRequest } from './refusal.js';
import type { Outcome } from './settle.js';

/** A data object has whole words. */
const WORD = 4;

/** Finds out what a request is answered with, at once or later; never throws, never rejects, changes nothing. */
export function answer(exchange: Exchange): Outcome | Promise<Outcome> {
  try {
    checkSize(exchange);
    const repeat = repeated(exchange);
    if (repeat !== undefined) {
      return { answer: { message: repeat } };
    }
    const rule = admit(exchange);
    const given = rule.handle(exchange);
    return given instanceof Promise
      ? given.then((later): Outcome => ({ rule, answer: later }), refusalOf)
      : { rule, answer: given };
  } catch (error) {
    return refusalOf(error);
  }
}

function checkSize({ request, settings, connection }: Exchange): void {
  if (request.length < MESSAGE_HEADER_SIZE) {
    throw invalidRequest();
  }
  if (request.length > Math.ceil(settings.maxMessageSize / WORD) * WORD) {
    throw (connection.version ?? 0) < SPDM_VERSION_12
      ? invalidRequest()
      : new Refusal(SPDM_ERROR_REQUEST_TOO_LARGE);
  }
}

/**
 * GET_CAPABILITIES and NEGOTIATE_ALGORITHMS are answered once; the same again gets the same answer, anything else is
 * unexpected (DSP0274 1.2, GET_CAPABILITIES and NEGOTIATE_ALGORITHMS request messages).
 */
function repeated({ session, connection, header, request }: Exchange): Uint8Array | undefined {
  const earlier = session === undefined ? connection.answered.get(header.code) : undefined;
  if (earlier !== undefined && !sameBytes(earlier.request, request)) {
    throw unexpectedRequest();
  }
  return earlier?.response;
}

/** A message that does not have its layout, or a point that is not on the curve, is the requester's fault. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) {
    return error;
  }
  return MdevError.is(error) && error.code === 'EBADMSG'
    ? invalidRequest()
    : new Refusal(SPDM_ERROR_UNSPECIFIED);
}
