import { timingSafeEqual } from 'node:crypto';
import {
  SPDM_ERROR_UNSPECIFIED,
  SPDM_GET_MEASUREMENTS,
  SPDM_MEASUREMENTS_ALL,
  SPDM_MEASUREMENTS_CHANGED,
  SPDM_MEASUREMENTS_COUNT,
  SPDM_MEASUREMENTS_UNCHANGED,
  SPDM_NONCE_SIZE,
  SPDM_VERSION_12,
} from '@mdevkit/uapi';
import {
  decodeGetMeasurements,
  encodeBlocks,
  encodeMeasurements,
  hashOf,
  signTranscript,
  type GetMeasurements,
  type NegotiatedContext,
  type Transcript,
} from '../../abi/spdm/index.js';
import { blockOf, whenMeasured, type Measured } from './collect-measurements.js';
import { agreedOf, exactly, type Answer, type Exchange } from './exchange.js';
import { MOST_TRANSCRIPT } from './get-certificates.js';
import type { Measurement } from './measurement-source.js';
import { invalidRequest, Refusal, unexpectedRequest, unsupportedRequest } from './refusal.js';

/** Source: DSP0274 1.2, GET_MEASUREMENTS request message. */
export function getMeasurements(exchange: Exchange): Answer | Promise<Answer> {
  const context = agreedOf(exchange);
  const { measurements } = exchange.settings;
  if (measurements === undefined) {
    throw unsupportedRequest(SPDM_GET_MEASUREMENTS);
  }
  if (context.algorithms.measurementSpec === 0) {
    throw unexpectedRequest();
  }
  const { message, length } = decodeGetMeasurements(exchange.request, context);
  if (
    message.nonce !== undefined &&
    exchange.slots.chain(message.slot, context.algorithms) === undefined
  ) {
    throw invalidRequest();
  }
  return whenMeasured(measurements, context.algorithms.hash, (measured) =>
    respond(exchange, context, { message, length, measured }),
  );
}

interface Asked {
  readonly message: GetMeasurements;
  readonly length: number;
  readonly measured: Measured;
}

function respond(exchange: Exchange, context: NegotiatedContext, asked: Asked): Answer {
  const { settings, connection, session } = exchange;
  const { message, measured } = asked;
  const log = (session ?? connection).measured;
  const all = hashOf(context.algorithms.hash, encodeBlocks(measured.blocks));
  const chosen = choose(measured.list, message.operation);
  const blocks = chosen.map((one) => blockOf(one, context.algorithms.hash, message.raw));
  const changed = log.first !== undefined && !timingSafeEqual(log.first, all);
  const signed = message.nonce !== undefined;
  const body = {
    version: context.version,
    count: message.operation === SPDM_MEASUREMENTS_COUNT ? measured.list.length : 0,
    slot: signed ? message.slot : 0,
    contentChanged: signed ? contentChanged(context, changed) : 0,
    blockCount: blocks.length,
    record: encodeBlocks(blocks),
    nonce: settings.random(SPDM_NONCE_SIZE),
    opaque: new Uint8Array(),
    ...(message.context && { context: message.context }),
  };
  const request = exactly(exchange, asked.length);
  const unsigned = encodeMeasurements(body);
  if (log.transcript.length + request.length + unsigned.length > MOST_TRANSCRIPT) {
    throw new Refusal(SPDM_ERROR_UNSPECIFIED);
  }
  if (signed) {
    const transcript = log.transcript.copy().append(request).append(unsigned);
    const signature = sign(exchange, context, message.slot, transcript);
    return {
      message: encodeMeasurements(body, signature),
      after: () => {
        log.clear();
      },
    };
  }
  return {
    message: unsigned,
    after: () => {
      log.first ??= all;
      log.transcript.append(request).append(unsigned);
    },
  };
}

/** @throws Refusal for an index that there is not */
function choose(list: readonly Measurement[], operation: number): readonly Measurement[] {
  switch (operation) {
    case SPDM_MEASUREMENTS_COUNT:
      return [];
    case SPDM_MEASUREMENTS_ALL:
      return list;
    default: {
      const found = list.filter(({ index }) => index === operation);
      if (found.length === 0) {
        throw invalidRequest();
      }
      return found;
    }
  }
}

/** From version 1.2 on, the signature is over A as well (DSP0274 1.2, MEASUREMENTS, L1/L2). */
function sign(
  { connection, slots }: Exchange,
  context: NegotiatedContext,
  slot: number,
  measured: Transcript,
): Uint8Array {
  const chain = slots.chain(slot, context.algorithms);
  if (chain === undefined) {
    throw invalidRequest();
  }
  const transcript =
    context.version >= SPDM_VERSION_12
      ? connection.negotiated.copy().append(measured.bytes())
      : measured;
  return signTranscript(chain.key, 'measurements', context, transcript.bytes());
}

/** Whether anything changed since the first answer that is signed. Before version 1.2 nothing is said of it. */
function contentChanged({ version }: NegotiatedContext, changed: boolean): number {
  if (version < SPDM_VERSION_12) {
    return 0;
  }
  return changed ? SPDM_MEASUREMENTS_CHANGED : SPDM_MEASUREMENTS_UNCHANGED;
}
