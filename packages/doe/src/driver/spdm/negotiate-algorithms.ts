import {
  SPDM_ALG_TYPE_AEAD,
  SPDM_ALG_TYPE_DHE,
  SPDM_ALG_TYPE_KEY_SCHEDULE,
  SPDM_KEY_SCHEDULE_SPDM,
  SPDM_MEAS_SPEC_DMTF,
  SPDM_OPAQUE_FORMAT_1,
  SPDM_VERSION_12,
} from '@mdevkit/uapi';
import {
  algorithmsMessage,
  decodeNegotiateAlgorithms,
  encodeAlgorithms,
  type Algorithms,
  type NegotiateAlgorithms,
} from '../../abi/spdm/index.js';
import { exactly, type Answer, type Exchange } from './exchange.js';
import { CAPS_OF_SESSIONS, responderFlags } from './get-capabilities.js';
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
 * The best of each that the requester offers. Hash and signature are a must; what sessions need is chosen if both sides
 * have them at all.
 */
function choose({ settings, slots, connection }: Exchange, offer: NegotiateAlgorithms): Algorithms {
  const hash = settings.hashes.find(({ bit }) => (offer.baseHash & bit) !== 0);
  const signature = slots.signatures.find(({ bit }) => (offer.baseAsym & bit) !== 0);
  if (hash === undefined || signature === undefined) {
    throw invalidRequest();
  }
  const measures =
    settings.measurements !== undefined && (offer.measurementSpec & SPDM_MEAS_SPEC_DMTF) !== 0;
  const algorithms = {
    hash,
    signature,
    measurementSpec: measures ? (1 as const) : (0 as const),
    ...(measures && { measurementHash: hash }),
    otherParams: opaqueFormat(offer),
    keySchedule: false,
  };
  const both = connection.requester.flags & responderFlags(settings, offer.version);
  if ((both & CAPS_OF_SESSIONS) !== CAPS_OF_SESSIONS) {
    return algorithms;
  }
  const dhe = settings.dhe.find(({ bit }) => (offered(offer, SPDM_ALG_TYPE_DHE) & bit) !== 0);
  const aead = settings.aead.find(({ bit }) => (offered(offer, SPDM_ALG_TYPE_AEAD) & bit) !== 0);
  const schedule = offered(offer, SPDM_ALG_TYPE_KEY_SCHEDULE) & SPDM_KEY_SCHEDULE_SPDM;
  return {
    ...algorithms,
    ...(dhe && { dhe }),
    ...(aead && { aead }),
    keySchedule: schedule !== 0,
  };
}

/** The general format if it is offered: the only one that is spoken, from version 1.2 on. */
function opaqueFormat({ version, otherParams }: NegotiateAlgorithms): number {
  return version < SPDM_VERSION_12 ? 0 : otherParams & SPDM_OPAQUE_FORMAT_1;
}

function offered({ structs }: NegotiateAlgorithms, type: number): number {
  return structs.find((struct) => struct.type === type)?.supported ?? 0;
}
