import {
  SPDM_CAP_HBEAT,
  SPDM_CAP_KEY_UPD,
  SPDM_CHALLENGE,
  SPDM_END_SESSION,
  SPDM_FINISH,
  SPDM_GET_CAPABILITIES,
  SPDM_GET_CERTIFICATE,
  SPDM_GET_DIGESTS,
  SPDM_GET_MEASUREMENTS,
  SPDM_GET_VERSION,
  SPDM_HEARTBEAT,
  SPDM_KEY_EXCHANGE,
  SPDM_KEY_UPDATE,
  SPDM_NEGOTIATE_ALGORITHMS,
} from '@mdevkit/uapi';
import { challenge } from './challenge.js';
import type { Handler } from './exchange.js';
import { finish } from './finish.js';
import { CAPS_OF_SESSIONS, getCapabilities } from './get-capabilities.js';
import { getCertificate, getDigests } from './get-certificates.js';
import { getMeasurements } from './get-measurements.js';
import { getVersion } from './get-version.js';
import { keyExchange } from './key-exchange.js';
import { negotiateAlgorithms } from './negotiate-algorithms.js';
import {
  PHASE_CAPABILITIES,
  PHASE_NEGOTIATED,
  PHASE_NONE,
  PHASE_VERSION,
  type Phase,
} from './phase.js';
import { endSession, heartbeat, keyUpdate } from './session-requests.js';

/** Where a request may come in: outside of sessions, in the handshake of one, in one, or in both of these ways. */
export type Place = 'outside' | 'handshake' | 'session' | 'anywhere';

/** When the requests of one code are answered, and by whom. */
export interface RequestRule {
  readonly handle: Handler;
  readonly phase: Phase;
  readonly place: Place;
  /** Capabilities that both sides need to have, which means version 1.1 or later. */
  readonly needs: number;
  /** The answer is given once; a repeat gets the same again, another request is unexpected. */
  readonly once: boolean;
  /** Who sends it before a challenge has given up the challenge (DSP0274 1.2, CHALLENGE_AUTH, M1/M2). */
  readonly endsChallenge: boolean;
}

/** Every request that is answered, by its code; others are not supported (DSP0274 1.2, section 9.6, request codes). */
export const requestRules: ReadonlyMap<number, RequestRule> = new Map([
  [SPDM_GET_VERSION, outside(getVersion, PHASE_NONE)],
  [SPDM_GET_CAPABILITIES, { ...outside(getCapabilities, PHASE_VERSION), once: true }],
  [SPDM_NEGOTIATE_ALGORITHMS, { ...outside(negotiateAlgorithms, PHASE_CAPABILITIES), once: true }],
  [SPDM_GET_DIGESTS, anywhere(getDigests)],
  [SPDM_GET_CERTIFICATE, anywhere(getCertificate)],
  [SPDM_CHALLENGE, outside(challenge, PHASE_NEGOTIATED)],
  [SPDM_GET_MEASUREMENTS, { ...anywhere(getMeasurements), endsChallenge: true }],
  [SPDM_KEY_EXCHANGE, { ...ofSessions(keyExchange), place: 'outside' }],
  [SPDM_FINISH, { ...ofSessions(finish), place: 'handshake' }],
  [SPDM_HEARTBEAT, ofSessions(heartbeat, SPDM_CAP_HBEAT)],
  [SPDM_KEY_UPDATE, ofSessions(keyUpdate, SPDM_CAP_KEY_UPD)],
  [SPDM_END_SESSION, ofSessions(endSession)],
]);

function outside(handle: Handler, phase: Phase): RequestRule {
  return { handle, phase, place: 'outside', needs: 0, once: false, endsChallenge: false };
}

function anywhere(handle: Handler): RequestRule {
  return { ...outside(handle, PHASE_NEGOTIATED), place: 'anywhere' };
}

function ofSessions(handle: Handler, needs = 0): RequestRule {
  const rule = outside(handle, PHASE_NEGOTIATED);
  return { ...rule, place: 'session', needs: CAPS_OF_SESSIONS | needs, endsChallenge: true };
}
