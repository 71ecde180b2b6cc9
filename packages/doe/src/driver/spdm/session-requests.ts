import { SPDM_KEY_UPDATE_UPDATE_ALL_KEYS, SPDM_KEY_UPDATE_VERIFY_NEW_KEY } from '@mdevkit/uapi';
import {
  decodeEndSession,
  decodeHeartbeat,
  decodeKeyUpdate,
  encodeEndSessionAck,
  encodeHeartbeatAck,
  encodeKeyUpdateAck,
} from '../../abi/spdm/index.js';
import { agreedOf, type Answer, type Exchange } from './exchange.js';
import { invalidRequest, unexpectedRequest } from './refusal.js';
import type { Session } from './session.js';

/** That it came is all that counts (DSP0274 1.2, HEARTBEAT request message). */
export function heartbeat(exchange: Exchange): Answer {
  const context = agreedOf(exchange);
  decodeHeartbeat(exchange.request, context);
  return { message: encodeHeartbeatAck(context) };
}

/**
 * New keys: of the requester, or of both sides. The acknowledgement is sealed with the responder's new key if that is new
 * as well; the requester then shows that it has its own.
 *
 * Source: DSP0274 1.2, KEY_UPDATE request message.
 */
export function keyUpdate(exchange: Exchange): Answer {
  const { message } = decodeKeyUpdate(exchange.request, agreedOf(exchange));
  const session = sessionOf(exchange);
  const verifies = message.operation === SPDM_KEY_UPDATE_VERIFY_NEW_KEY;
  if (verifies !== session.unverified) {
    throw invalidRequest();
  }
  return {
    message: encodeKeyUpdateAck(message),
    before: () => {
      if (verifies) {
        session.unverified = false;
        return;
      }
      session.updateRequestKeys();
      if (message.operation === SPDM_KEY_UPDATE_UPDATE_ALL_KEYS) {
        session.updateResponseKeys();
      }
    },
  };
}

/** The acknowledgement is the last that is sealed (DSP0274 1.2, END_SESSION request message). */
export function endSession(exchange: Exchange): Answer {
  const context = agreedOf(exchange);
  decodeEndSession(exchange.request, context);
  const session = sessionOf(exchange);
  return {
    message: encodeEndSessionAck(context),
    after: () => {
      exchange.connection.endSession(session);
    },
  };
}

/** Requests of sessions come in no other way. */
export function sessionOf({ session }: Exchange): Session {
  if (session === undefined) {
    throw unexpectedRequest();
  }
  return session;
}
