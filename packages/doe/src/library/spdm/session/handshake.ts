import {
  SPDM_CAP_ENCRYPT,
  SPDM_CAP_HBEAT,
  SPDM_CAP_KEY_EX,
  SPDM_CAP_MAC,
  SPDM_FINISH_RSP,
  SPDM_KEY_EXCHANGE_RSP,
  SPDM_NONCE_SIZE,
  SPDM_OPAQUE_FORMAT_1,
  SPDM_SECURED_VERSION_11,
  SPDM_SUMMARY_NONE,
  SPDM_VERSION_12,
} from '@mdevkit/uapi';
import { timingSafeEqual } from 'node:crypto';
import {
  applicationSecrets,
  decodeFinishRsp,
  decodeKeyExchangeRsp,
  decodeSelectedVersion,
  encodeFinish,
  encodeKeyExchange,
  encodeSupportedVersions,
  generateDhe,
  handshakeSecrets,
  hmac,
  sessionIdOf,
  Transcript,
  wipeBytes,
  wipeSecrets,
  type HandshakeSecrets,
  type KeyExchangeRsp,
  type NegotiatedContext,
} from '../../../abi/spdm/index.js';
import { failure } from '../../../errors/index.js';
import type { DoeTransport } from '../../mailbox/index.js';
import {
  Asker,
  exchangeMessages,
  needCapability,
  type AskServices,
  type Conversation,
} from '../connection/index.js';
import { checkSignature, type DeviceIdentity, type SeenNonces } from '../evidence/index.js';
import { SecuredPort } from './secured-port.js';

/** What a handshake makes. */
export interface Handshake {
  readonly port: SecuredPort;
  /** Asks inside of the session. */
  readonly asker: Asker;
  /** Seconds after which the device gives up a session in which nothing happens; 0: never. */
  readonly heartbeatSeconds: number;
}

/** What a handshake needs besides the connection. */
export interface HandshakeServices extends AskServices {
  readonly transport: DoeTransport;
  readonly nonces: SeenNonces;
}

/**
 * KEY_EXCHANGE and FINISH: keys that only the owner of the identity's key can have.
 *
 * Source: DSP0274 1.3, sections KEY_EXCHANGE, FINISH, Key schedule.
 *
 * @throws MdevError EPROTONOSUPPORT `doe.spdm-capability`; EPROTO `doe.spdm-mutual`, `doe.spdm-heartbeat`,
 *   `doe.spdm-secured-version`; EKEYREJECTED `doe.spdm-signature`, `doe.spdm-replayed`, `doe.spdm-hmac`
 */
export async function shakeHands(
  conversation: Conversation,
  identity: DeviceIdentity,
  services: HandshakeServices,
  signal?: AbortSignal,
): Promise<Handshake> {
  const { asker, context, flags, random, transcripts } = conversation;
  const { version, algorithms } = context;
  needCapability(flags, SPDM_CAP_KEY_EX, 'key exchange');
  needCapability(flags, SPDM_CAP_ENCRYPT, 'encryption');
  needCapability(flags, SPDM_CAP_MAC, 'message authentication');
  const { dhe } = algorithms;
  if (dhe === undefined || algorithms.aead === undefined || !algorithms.keySchedule) {
    throw failure('doe.spdm-capability', { what: 'algorithms of sessions' });
  }
  const exchange = generateDhe(dhe);
  const [high = 0, low = 0] = random(2);
  const half = high * 256 + low;
  const opaque = opaqueOf(context);
  const request = encodeKeyExchange({
    ...{ version, summaryType: SPDM_SUMMARY_NONE, slot: identity.slot, sessionId: half },
    ...{ sessionPolicy: 0, random: random(SPDM_NONCE_SIZE) },
    ...{ exchangeData: exchange.publicKey, opaque },
  });
  const answer = await exchangeMessages(conversation, request, SPDM_KEY_EXCHANGE_RSP, signal);
  const { message, length } = decodeKeyExchangeRsp(answer, context, { summary: false, hmac: true });
  checkFields(message, conversation, opaque.length > 0);
  const transcript = new Transcript()
    .append(transcripts.connection)
    .append(identity.chainHash)
    .append(request)
    .append(answer.subarray(0, message.signedLength));
  const { random: nonce, signature } = message;
  await checkSignature(
    { use: 'key_exchange_rsp', nonce, signature, transcript: transcript.bytes() },
    { key: identity.key, nonces: services.nonces },
    context,
  );
  transcript.append(signature);
  const shared = exchange.agree(message.exchangeData);
  const th1 = transcript.hash(algorithms.hash);
  const secrets = handshakeSecrets(version, algorithms, shared, th1);
  wipeBytes(shared);
  try {
    checkCode(hmac(algorithms.hash, secrets.responseFinished, th1), message);
    transcript.append(answer.subarray(message.hmacOffset, length));
    const sessionId = sessionIdOf(half, message.sessionId);
    const port = new SecuredPort(services.transport, context, sessionId, secrets);
    const inside = new Asker(port, services);
    inside.requestSize = asker.requestSize;
    await finish(inside, port, context, transcript, secrets, signal);
    return { port, asker: inside, heartbeatSeconds: message.heartbeatPeriod };
  } finally {
    // Nobody needs them again: the session has others, or does not come about.
    wipeSecrets(secrets);
  }
}

async function finish(
  asker: Asker,
  port: SecuredPort,
  context: NegotiatedContext,
  transcript: Transcript,
  secrets: HandshakeSecrets,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { version, algorithms } = context;
  transcript.append(encodeFinish(context));
  const verifyData = hmac(
    algorithms.hash,
    secrets.requestFinished,
    transcript.hash(algorithms.hash),
  );
  const request = encodeFinish(context, verifyData);
  const answer = await asker.ask(request, SPDM_FINISH_RSP, signal);
  const { length } = decodeFinishRsp(answer, context, { hmac: false });
  transcript.append(verifyData).append(answer.subarray(0, length));
  const th2 = transcript.hash(algorithms.hash);
  const application = applicationSecrets(version, algorithms, secrets.handshake, th2);
  wipeBytes(application.master, application.exportMaster);
  port.replace(application);
}

/** Versions of secured messages that are offered; nothing where both sides have agreed on no opaque data. */
function opaqueOf({ version, algorithms }: NegotiatedContext): Uint8Array {
  const hasOpaque =
    version < SPDM_VERSION_12 || (algorithms.otherParams & SPDM_OPAQUE_FORMAT_1) !== 0;
  return hasOpaque ? encodeSupportedVersions(version, [SPDM_SECURED_VERSION_11]) : new Uint8Array();
}

function checkFields(
  message: KeyExchangeRsp,
  { context, flags }: Conversation,
  offered: boolean,
): void {
  if (message.mutAuth !== 0 || message.requesterSlot !== 0) {
    throw failure('doe.spdm-mutual', { message: 'KEY_EXCHANGE_RSP' });
  }
  if (message.heartbeatPeriod !== 0 && (flags & SPDM_CAP_HBEAT) === 0) {
    throw failure('doe.spdm-heartbeat', { seconds: message.heartbeatPeriod });
  }
  const selected = decodeSelectedVersion(context.version, message.opaque);
  if (selected !== (offered ? SPDM_SECURED_VERSION_11 : undefined)) {
    throw failure('doe.spdm-secured-version', { selected });
  }
}

/** Takes no less time where the codes begin alike: who guesses must not learn how far he got. */
function checkCode(expected: Uint8Array, { hmac: said }: KeyExchangeRsp): void {
  if (said?.length !== expected.length || !timingSafeEqual(expected, said)) {
    throw failure('doe.spdm-hmac');
  }
}
