import {
  SPDM_ERROR_RESPONSE_TOO_LARGE,
  SPDM_ERROR_UNSPECIFIED,
  SPDM_GET_CAPABILITIES,
  SPDM_GET_DIGESTS,
  SPDM_GET_MEASUREMENTS,
  SPDM_VERSION_10,
  SPDM_VERSION_12,
} from '@mdevkit/uapi';
import { encodeError } from '../../abi/spdm/index.js';
import { roomOf, type Answer, type Exchange } from './exchange.js';
import { PHASE_VERSION } from './phase.js';
import { Refusal } from './refusal.js';
import type { RequestRule } from './requests.js';

/** How a request ends. */
export type Outcome =
  /** Without a rule, nothing changes: the answer was given before. */
  { readonly answer: Answer; readonly rule?: RequestRule } | Refusal;

/**
 * Makes an outcome true and gives the bytes that say so. All of it happens at once, so that connection and requester agree
 * on what was said.
 */
export function settle(exchange: Exchange, outcome: Outcome): Uint8Array {
  if (outcome instanceof Refusal) {
    return refuse(exchange, outcome);
  }
  const { answer, rule } = outcome;
  if (rule === undefined) {
    return answer.message;
  }
  const { connection, session } = exchange;
  if (answer.message.length > roomOf(exchange)) {
    answer.unsaid?.();
    return refuse(exchange, tooLarge(exchange, answer.message.length));
  }
  forgetTranscripts(exchange, rule);
  answer.before?.();
  const response = session === undefined ? answer.message : session.seal(answer.message);
  answer.after?.();
  if (rule.once) {
    connection.answered.set(exchange.header.code, {
      request: exchange.request,
      response: answer.message,
    });
  }
  return response;
}

/** An outcome that nobody waits for: as if it had not been asked. */
export function discard(outcome: Outcome): void {
  if (!(outcome instanceof Refusal)) {
    outcome.answer.unsaid?.();
  }
}

function refuse(exchange: Exchange, refusal: Refusal): Uint8Array {
  const { connection, session } = exchange;
  const { code, data, extended, fatal } = refusal;
  const message = encodeError({ version: errorVersion(exchange), code, data, extended });
  (session ?? connection).measured.clear();
  if (session === undefined) {
    return message;
  }
  const response = session.seal(message);
  if (fatal) {
    connection.endSession(session);
  }
  return response;
}

/** What was negotiated; a version that could be, to who asks for the capabilities in it; or the first. */
function errorVersion({ settings, connection, header }: Exchange): number {
  const asked =
    header.code === SPDM_GET_CAPABILITIES && connection.phase >= PHASE_VERSION
      ? settings.versions.find((version) => version === header.version)
      : undefined;
  return connection.version ?? asked ?? SPDM_VERSION_10;
}

/** Extended error data is the size. Before version 1.2 requesters do not say how much they take. */
function tooLarge({ connection }: Exchange, size: number): Refusal {
  if ((connection.version ?? 0) < SPDM_VERSION_12) {
    return new Refusal(SPDM_ERROR_UNSPECIFIED);
  }
  const extended = new Uint8Array(4);
  new DataView(extended.buffer).setUint32(0, size, true);
  return new Refusal(SPDM_ERROR_RESPONSE_TOO_LARGE, { extended });
}

/**
 * Measurements are signed one behind the other: any other request ends the row. What was said for a challenge ends with
 * requests that give it up, and begins anew with GET_DIGESTS, in a session as well.
 *
 * Source: DSP0274 1.2, MEASUREMENTS (L1/L2) and CHALLENGE_AUTH (M1/M2); libspdm library/spdm_common_lib,
 * libspdm_reset_message_buffer_via_request_code.
 */
function forgetTranscripts({ connection, session, header }: Exchange, rule: RequestRule): void {
  if (header.code !== SPDM_GET_MEASUREMENTS) {
    (session ?? connection).measured.clear();
  }
  if (header.code === SPDM_GET_DIGESTS || (rule.endsChallenge && !connection.authenticated)) {
    connection.identified.clear();
  }
}
