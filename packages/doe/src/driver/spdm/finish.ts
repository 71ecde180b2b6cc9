import { timingSafeEqual } from 'node:crypto';
import { decodeFinish, encodeFinishRsp, hmac } from '../../abi/spdm/index.js';
import { agreedOf, exactly, type Answer, type Exchange } from './exchange.js';
import { decryptError, unexpectedRequest } from './refusal.js';
import { sessionOf } from './session-requests.js';

/**
 * Ends the handshake, if the requester has seen the same: its code is over everything since GET_VERSION. The answer is the
 * last that is sealed with the keys of the handshake.
 *
 * Source: DSP0274 1.2, FINISH request message, FINISH_RSP response message.
 */
export function finish(exchange: Exchange): Answer {
  const context = agreedOf(exchange);
  const session = sessionOf(exchange);
  const { handshake } = session;
  if (handshake === undefined) {
    throw unexpectedRequest();
  }
  const { message, length } = decodeFinish(exchange.request, context);
  const { hash } = context.algorithms;
  const whole = exactly(exchange, length);
  const heard = handshake.transcript.copy().append(whole.subarray(0, message.hmacOffset));
  const expected = hmac(hash, handshake.secrets.requestFinished, heard.hash(hash));
  if (!timingSafeEqual(expected, message.hmac)) {
    throw decryptError();
  }
  const response = encodeFinishRsp(context);
  const transcript = handshake.transcript.copy().append(whole).append(response);
  return {
    message: response,
    after: () => {
      session.establish(transcript.hash(hash), exchange.settings.clock.now());
    },
  };
}
