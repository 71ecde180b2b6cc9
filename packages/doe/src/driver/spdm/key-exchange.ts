import {
  SPDM_CAP_HBEAT,
  SPDM_ERROR_SESSION_LIMIT_EXCEEDED,
  SPDM_KEY_EXCHANGE,
  SPDM_NONCE_SIZE,
  SPDM_OPAQUE_FORMAT_1,
  SPDM_SECURED_VERSION_11,
  SPDM_SESSION_POLICY_ALL_EVENTS,
  SPDM_VERSION_12,
  SPDM_VERSION_13,
} from '@mdevkit/uapi';
import {
  decodeKeyExchange,
  decodeSupportedVersions,
  encodeKeyExchangeRsp,
  encodeSelectedVersion,
  generateDhe,
  handshakeSecrets,
  hmac,
  sessionIdOf,
  signTranscript,
  wipeBytes,
  wipeSecrets,
  type DheGroup,
  type KeyExchange,
  type NegotiatedContext,
} from '../../abi/spdm/index.js';
import type { SlotChain } from './certificate-slots.js';
import { agreedOf, exactly, type Answer, type Exchange } from './exchange.js';
import { invalidRequest, Refusal, unsupportedRequest } from './refusal.js';
import { responderSessionId } from './responder-session-id.js';
import { Session } from './session.js';
import { whenSummed } from './summary.js';

/** A session lives for two heartbeats without a word (DSP0274 1.2, HEARTBEAT request message). */
const PERIOD_PATIENCE_MS = 2000;

/**
 * Makes a session, whose handshake FINISH ends.
 *
 * Source: DSP0274 1.2, KEY_EXCHANGE request message, KEY_EXCHANGE_RSP response message.
 */
export function keyExchange(exchange: Exchange): Answer | Promise<Answer> {
  const context = agreedOf(exchange);
  const { dhe, aead, keySchedule, otherParams } = context.algorithms;
  if (dhe === undefined || aead === undefined || !keySchedule) {
    throw unsupportedRequest(SPDM_KEY_EXCHANGE);
  }
  if (context.version >= SPDM_VERSION_12 && otherParams !== SPDM_OPAQUE_FORMAT_1) {
    throw invalidRequest();
  }
  const { message, length } = decodeKeyExchange(exchange.request, context);
  const chain = exchange.slots.chain(message.slot, context.algorithms);
  if (chain === undefined || wantsEvents(message)) {
    throw invalidRequest();
  }
  const opaque = selection(message);
  if (exchange.connection.sessions.size >= exchange.settings.sessions) {
    throw new Refusal(SPDM_ERROR_SESSION_LIMIT_EXCEEDED);
  }
  return whenSummed(exchange, context, message.summaryType, (summary) =>
    respond(exchange, context, { message, length, chain, dhe, opaque, summary }),
  );
}

interface Asked {
  readonly message: KeyExchange;
  readonly length: number;
  readonly chain: SlotChain;
  readonly dhe: DheGroup;
  readonly opaque: Uint8Array;
  readonly summary: Uint8Array | undefined;
}

function respond(exchange: Exchange, context: NegotiatedContext, asked: Asked): Answer {
  const { settings, connection } = exchange;
  const { version, algorithms } = context;
  const { message, chain, summary } = asked;
  const own = generateDhe(asked.dhe);
  const shared = own.agree(message.exchangeData);
  const period = heartbeatPeriod(exchange);
  const half = responderSessionId(connection.sessions.keys(), settings.random);
  const body = {
    version,
    heartbeatPeriod: period,
    sessionId: half,
    mutAuth: 0,
    requesterSlot: 0,
    random: settings.random(SPDM_NONCE_SIZE),
    exchangeData: own.publicKey,
    ...(summary && { summaryHash: summary }),
    opaque: asked.opaque,
  };
  const before = connection.negotiated
    .copy()
    .append(chain.digest)
    .append(exactly(exchange, asked.length));
  const unsigned = before.copy().append(encodeKeyExchangeRsp(body));
  const signature = signTranscript(chain.key, 'key_exchange_rsp', context, unsigned.bytes());
  const th1 = before.copy().append(encodeKeyExchangeRsp(body, signature)).hash(algorithms.hash);
  const secrets = handshakeSecrets(version, algorithms, shared, th1);
  wipeBytes(shared);
  const code = hmac(algorithms.hash, secrets.responseFinished, th1);
  const response = encodeKeyExchangeRsp(body, signature, code);
  return {
    message: response,
    after: () => {
      const id = sessionIdOf(message.sessionId, half);
      const transcript = before.append(response);
      const patience = period === 0 ? Infinity : period * PERIOD_PATIENCE_MS;
      const parts = { id, context, secrets, transcript, patience, now: settings.clock.now() };
      connection.addSession(new Session(parts));
    },
    unsaid: () => {
      wipeSecrets(secrets);
    },
  };
}

/** Of version 1.3: of which there are none. */
function wantsEvents({ version, sessionPolicy }: KeyExchange): boolean {
  return version >= SPDM_VERSION_13 && (sessionPolicy & SPDM_SESSION_POLICY_ALL_EVENTS) !== 0;
}

/** None for a requester that has no heartbeats. */
function heartbeatPeriod({ settings, connection }: Exchange): number {
  return (connection.requester.flags & SPDM_CAP_HBEAT) === 0 ? 0 : settings.heartbeat;
}

/** The version of secured messages: 1.1, if the requester says at all which it knows (DSP0277 1.1, opaque data). */
function selection({ version, opaque }: KeyExchange): Uint8Array {
  const known = decodeSupportedVersions(version, opaque);
  if (known.length === 0) {
    return new Uint8Array();
  }
  if (!known.some((one) => one >> 8 === SPDM_SECURED_VERSION_11 >> 8)) {
    throw invalidRequest();
  }
  return encodeSelectedVersion(version, SPDM_SECURED_VERSION_11);
}
