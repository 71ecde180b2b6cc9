import {
  decodeChallenge,
  encodeChallengeAuth,
  signTranscript,
  type Challenge,
  type NegotiatedContext,
} from '../../abi/spdm/index.js';
import { SPDM_NONCE_SIZE } from '@mdevkit/uapi';
import type { SlotChain } from './certificate-slots.js';
import { agreedOf, exactly, type Answer, type Exchange } from './exchange.js';
import { invalidRequest } from './refusal.js';
import { whenSummed } from './summary.js';

/**
 * Proves that the device has the key of a slot: signs everything said since GET_VERSION.
 *
 * Source: DSP0274 1.2, CHALLENGE request message, CHALLENGE_AUTH response message.
 */
export function challenge(exchange: Exchange): Answer | Promise<Answer> {
  const context = agreedOf(exchange);
  const { message, length } = decodeChallenge(exchange.request, context);
  const chain = exchange.slots.chain(message.slot, context.algorithms);
  if (chain === undefined) {
    throw invalidRequest();
  }
  return whenSummed(exchange, context, message.summaryType, (hash) =>
    prove(exchange, context, { message, length, chain, hash }),
  );
}

interface Asked {
  readonly message: Challenge;
  readonly length: number;
  readonly chain: SlotChain;
  /** The summary, if one was asked for. */
  readonly hash: Uint8Array | undefined;
}

function prove(
  exchange: Exchange,
  context: NegotiatedContext,
  { message, length, chain, hash }: Asked,
): Answer {
  const { connection, settings, slots } = exchange;
  const body = {
    version: context.version,
    slot: message.slot,
    slotMask: slots.mask(context.algorithms),
    certChainHash: chain.digest,
    nonce: settings.random(SPDM_NONCE_SIZE),
    ...(hash && { summaryHash: hash }),
    opaque: new Uint8Array(),
    ...(message.context && { context: message.context }),
  };
  const transcript = connection.negotiated
    .copy()
    .append(connection.identified.bytes())
    .append(exactly(exchange, length))
    .append(encodeChallengeAuth(body));
  const signature = signTranscript(chain.key, 'challenge_auth', context, transcript.bytes());
  return {
    message: encodeChallengeAuth(body, signature),
    after: () => {
      connection.identified.clear();
      connection.authenticated = true;
    },
  };
}
