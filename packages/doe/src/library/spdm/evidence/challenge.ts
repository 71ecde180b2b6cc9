import {
  SPDM_CAP_CHAL,
  SPDM_CAP_MEAS,
  SPDM_CHALLENGE_AUTH,
  SPDM_NONCE_SIZE,
  SPDM_REQUESTER_CONTEXT_SIZE,
  SPDM_SUMMARY_NONE,
  SPDM_VERSION_13,
} from '@mdevkit/uapi';
import {
  decodeChallengeAuth,
  encodeChallenge,
  readHeader,
  sameBytes,
  type SummaryType,
} from '../../../abi/spdm/index.js';
import { failure } from '../../../errors/index.js';
import { exchangeMessages, needCapability, type Conversation } from '../connection/index.js';
import { checkSignature } from './freshness.js';
import type { DeviceIdentity } from './identity.js';
import type { SeenNonces } from './seen-nonces.js';

/** CHALLENGE_AUTH, first parameter: the device wants the requester to be challenged too, up to version 1.2. */
const BASIC_MUTUAL = 0x80;

/** What a device has said when it was challenged. */
export interface ChallengeAnswer {
  /** The device's, 32 bytes. */
  readonly nonce: Uint8Array;
  /** Of the measurements that were asked for; undefined if none were, or the device has none. */
  readonly summaryHash: Uint8Array | undefined;
  readonly opaque: Uint8Array;
}

/** One CHALLENGE and its answer, which fits the identity; its signature is not verified. */
async function exchange(
  conversation: Conversation,
  identity: DeviceIdentity,
  summaryType: SummaryType,
  signal: AbortSignal | undefined,
) {
  const { context, random, transcripts } = conversation;
  const { version } = context;
  const { slot } = identity;
  const nonce = random(SPDM_NONCE_SIZE);
  const sent = version >= SPDM_VERSION_13 ? random(SPDM_REQUESTER_CONTEXT_SIZE) : undefined;
  const request = encodeChallenge({
    ...{ version, slot, summaryType, nonce },
    ...(sent && { context: sent }),
  });
  const bytes = await exchangeMessages(conversation, request, SPDM_CHALLENGE_AUTH, signal);
  const summary = summaryType !== SPDM_SUMMARY_NONE;
  const { message } = decodeChallengeAuth(bytes, context, { summary });
  transcripts.noteChallenge(request, bytes.subarray(0, message.signedLength));
  if ((readHeader(bytes).param1 & BASIC_MUTUAL) !== 0) {
    throw failure('doe.spdm-mutual', { message: 'CHALLENGE_AUTH' });
  }
  if (message.slot !== slot || (message.slotMask & (1 << slot)) === 0) {
    throw failure('doe.spdm-slot', { slot: message.slot, expected: slot, mask: message.slotMask });
  }
  if (!sameBytes(message.certChainHash, identity.chainHash)) {
    throw failure('doe.spdm-digest', { slot, message: 'CHALLENGE_AUTH' });
  }
  return { ...message, sent };
}

/**
 * CHALLENGE: the device shows that it has the key of its certificate, and that it has seen the same messages.
 *
 * Source: DSP0274 1.3, CHALLENGE request and CHALLENGE_AUTH response messages.
 *
 * @throws MdevError EPROTONOSUPPORT `doe.spdm-capability`; EPROTO `doe.spdm-slot`, `doe.spdm-mutual`; EKEYREJECTED
 *   `doe.spdm-digest`, `doe.spdm-replayed`, `doe.spdm-signature`
 */
export async function challenge(
  conversation: Conversation,
  identity: DeviceIdentity,
  summaryType: SummaryType,
  nonces: SeenNonces,
  signal?: AbortSignal,
): Promise<ChallengeAnswer> {
  needCapability(conversation.flags, SPDM_CAP_CHAL, 'challenge');
  const type = (conversation.flags & SPDM_CAP_MEAS) === 0 ? SPDM_SUMMARY_NONE : summaryType;
  const { transcripts, context } = conversation;
  const answer = await exchange(conversation, identity, type, signal);
  const { nonce, summaryHash, opaque, signature, sent } = answer;
  const transcript = transcripts.takeChallenge();
  await checkSignature(
    {
      ...{ use: 'challenge_auth', nonce, transcript, signature },
      ...(sent && { context: { sent, repeated: answer.context } }),
    },
    { key: identity.key, nonces },
    context,
    async () => (await exchange(conversation, identity, type, signal)).nonce,
  );
  return { nonce, summaryHash, opaque };
}
