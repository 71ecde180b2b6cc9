import { SPDM_ERROR_VERSION_MISMATCH } from '@mdevkit/uapi';
import type { SpdmVersion } from '../../abi/spdm/index.js';
import type { Exchange } from './exchange.js';
import { responderFlags } from './get-capabilities.js';
import { PHASE_CAPABILITIES } from './phase.js';
import { Refusal, sessionRequired, unexpectedRequest, unsupportedRequest } from './refusal.js';
import { requestRules, type RequestRule } from './requests.js';

/**
 * The rule of a request that may come now: its order, its version, its session and what both sides can do are right.
 *
 * Source: DSP0274 1.2, section 10.1 (order of messages) and ERROR response message (error code and error data).
 *
 * @throws Refusal
 */
export function admit(exchange: Exchange): RequestRule {
  const { connection, header, session } = exchange;
  const rule = requestRules.get(header.code);
  if (rule === undefined) {
    throw unsupportedRequest(header.code);
  }
  if (connection.phase < rule.phase || !mayComeIn(rule, exchange)) {
    throw unexpectedRequest();
  }
  if (rule.phase < PHASE_CAPABILITIES) {
    return rule; // Which version is right, its handler knows.
  }
  const { version } = connection;
  if (version === undefined || header.version !== version) {
    throw new Refusal(SPDM_ERROR_VERSION_MISMATCH);
  }
  if (!bothCan(rule, exchange, version)) {
    throw unsupportedRequest(header.code);
  }
  if (session === undefined && (rule.place === 'session' || rule.place === 'handshake')) {
    throw sessionRequired(version);
  }
  return rule;
}

/** In a session only what belongs there: FINISH until it is answered, everything else after that. */
function mayComeIn({ place }: RequestRule, { session }: Exchange): boolean {
  if (session === undefined) {
    return true;
  }
  return session.established ? place === 'session' || place === 'anywhere' : place === 'handshake';
}

function bothCan(
  { needs }: RequestRule,
  { settings, connection }: Exchange,
  version: SpdmVersion,
): boolean {
  return (connection.requester.flags & responderFlags(settings, version) & needs) === needs;
}
