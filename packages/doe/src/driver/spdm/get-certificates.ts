import { SPDM_ERROR_UNSPECIFIED } from '@mdevkit/uapi';
import {
  CERTIFICATE_HEADER_SIZE,
  decodeGetCertificate,
  decodeGetDigests,
  encodeCertificate,
  encodeDigests,
  MOST_CHAIN,
  slotsOf,
} from '../../abi/spdm/index.js';
import { agreedOf, exactly, roomOf, type Answer, type Exchange } from './exchange.js';
import { invalidRequest, Refusal } from './refusal.js';

/** Bytes of the longest transcript: a requester that reads the same chain for ever is stopped (own rule). */
export const MOST_TRANSCRIPT = 0x10_0000;

/** Source: DSP0274 1.2, GET_DIGESTS request message. */
export function getDigests(exchange: Exchange): Answer {
  const context = agreedOf(exchange);
  const { length } = decodeGetDigests(exchange.request, context);
  const mask = exchange.slots.mask(context.algorithms);
  const message = encodeDigests({
    version: context.version,
    supportedMask: mask,
    slotMask: mask,
    digests: slotsOf(mask).flatMap((slot) => {
      const chain = exchange.slots.chain(slot, context.algorithms);
      return chain === undefined ? [] : [chain.digest];
    }),
  });
  return identified(exchange, message, length);
}

/**
 * A portion as long as both sides have room for. Asked for the size of a slot, what any has room for: no slot is smaller than
 * the longest chain (own rule).
 *
 * Source: DSP0274 1.2 and 1.3, GET_CERTIFICATE request message.
 */
export function getCertificate(exchange: Exchange): Answer {
  const { version, algorithms } = agreedOf(exchange);
  const { message, length } = decodeGetCertificate(exchange.request, { version, algorithms });
  const { slot } = message;
  if (message.slotSizeRequested) {
    const size = { version, slot, portion: new Uint8Array(), remainder: MOST_CHAIN };
    return identified(exchange, encodeCertificate(size), length);
  }
  const chain = exchange.slots.chain(slot, algorithms)?.bytes;
  if (chain === undefined || message.offset >= chain.length) {
    throw invalidRequest();
  }
  const size = Math.min(message.length, roomOf(exchange) - CERTIFICATE_HEADER_SIZE);
  const portion = chain.subarray(message.offset, message.offset + size);
  const remainder = chain.length - message.offset - portion.length;
  return identified(exchange, encodeCertificate({ version, slot, portion, remainder }), length);
}

/** Outside of sessions, both are part of what a challenge signs. */
function identified(exchange: Exchange, message: Uint8Array, length: number): Answer {
  if (exchange.session !== undefined) {
    return { message };
  }
  const { identified } = exchange.connection;
  if (identified.length + length + message.length > MOST_TRANSCRIPT) {
    throw new Refusal(SPDM_ERROR_UNSPECIFIED);
  }
  return {
    message,
    after: () => {
      identified.append(exactly(exchange, length));
      identified.append(message);
    },
  };
}
