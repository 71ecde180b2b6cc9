import {
  SPDM_ALG_TYPE_AEAD,
  SPDM_ALG_TYPE_DHE,
  SPDM_ALG_TYPE_KEY_SCHEDULE,
  SPDM_CAP_ENCRYPT,
  SPDM_CAP_KEY_EX,
  SPDM_CAP_MAC,
  SPDM_CAP_PSK,
  SPDM_KEY_SCHEDULE_SPDM,
  SPDM_MEAS_SPEC_DMTF,
  SPDM_OPAQUE_FORMAT_1,
  SPDM_VERSION_12,
} from '@mdevkit/uapi';
import {
  algorithmsMessage,
  decodeNegotiateAlgorithms,
  encodeAlgorithms,
  structBits,
  type Algorithms,
  type NegotiateAlgorithms,
} from '../../abi/spdm/index.js';
import { exactly, type Answer, type Exchange } from './exchange.js';
import { responderFlags } from './get-capabilities.js';
import type { SpdmSettings } from './options.js';
import { PHASE_NEGOTIATED } from './phase.js';
import { invalidRequest, unexpectedRequest } from './refusal.js';

/** Source: DSP0274 1.2, NEGOTIATE_ALGORITHMS request message. */
export function negotiateAlgorithms(exchange: Exchange): Answer {
  const { connection } = exchange;
  const { version } = connection;
  if (version === undefined) {
    throw unexpectedRequest();
  }
  const context = { version, algorithms: undefined };
  const { message, length } = decodeNegotiateAlgorithms(exchange.request, context);
  const algorithms = choose(exchange, message);
  const response = encodeAlgorithms(algorithmsMessage(version, algorithms));
  return {
    message: response,
    after: () => {
      connection.algorithms = algorithms;
      connection.negotiated.append(exactly(exchange, length));
      connection.negotiated.append(response);
      connection.phase = PHASE_NEGOTIATED;
    },
  };
}

/**
 * The best of each that the requester offers. Hash and signature are a must; of what sessions need, each is chosen if both
 * sides have what needs it, for a requester takes its absence for a failure (libspdm
 * library/spdm_requester_lib/libspdm_req_negotiate_algorithms.c). Whether that makes a session, KEY_EXCHANGE finds.
 */
function choose({ settings, slots, connection }: Exchange, offer: NegotiateAlgorithms): Algorithms {
  const hash = settings.hashes.find(({ bit }) => (offer.baseHash & bit) !== 0);
  const signature = slots.signatures.find(({ bit }) => (offer.baseAsym & bit) !== 0);
  if (hash === undefined || signature === undefined) {
    throw invalidRequest();
  }
  const measures =
    settings.measurements !== undefined && (offer.measurementSpec & SPDM_MEAS_SPEC_DMTF) !== 0;
  const both = connection.requester.flags & responderFlags(settings, offer.version);
  return {
    hash,
    signature,
    measurementSpec: measures ? SPDM_MEAS_SPEC_DMTF : 0,
    ...(measures && { measurementHash: hash }),
    otherParams: opaqueFormat(offer),
    ...ofSessions(settings, offer, both),
  };
}

/** @param both what both sides can do */
function ofSessions(
  settings: SpdmSettings,
  offer: NegotiateAlgorithms,
  both: number,
): Pick<Algorithms, 'dhe' | 'aead' | 'keySchedule'> {
  const needed = (caps: number, type: number): number =>
    (both & caps) === 0 ? 0 : structBits(offer, type);
  const groups = needed(SPDM_CAP_KEY_EX, SPDM_ALG_TYPE_DHE);
  const ciphers = needed(SPDM_CAP_ENCRYPT | SPDM_CAP_MAC, SPDM_ALG_TYPE_AEAD);
  const schedules = needed(SPDM_CAP_KEY_EX | SPDM_CAP_PSK, SPDM_ALG_TYPE_KEY_SCHEDULE);
  const dhe = settings.dhe.find(({ bit }) => (groups & bit) !== 0);
  const aead = settings.aead.find(({ bit }) => (ciphers & bit) !== 0);
  return {
    ...(dhe && { dhe }),
    ...(aead && { aead }),
    keySchedule: (schedules & SPDM_KEY_SCHEDULE_SPDM) !== 0,
  };
}

/** The general format if it is offered: the only one that is spoken, from version 1.2 on. */
function opaqueFormat({ version, otherParams }: NegotiateAlgorithms): number {
  return version < SPDM_VERSION_12 ? 0 : otherParams & SPDM_OPAQUE_FORMAT_1;
}
