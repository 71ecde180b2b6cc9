import { SPDM_CAP_CERT, SPDM_DIGESTS } from '@mdevkit/uapi';
import { decodeDigests, encodeGetDigests, slotsOf } from '../../../abi/spdm/index.js';
import { exchangeMessages, needCapability, type Conversation } from '../connection/index.js';

/** The certificate chains of a device, by their hashes. */
export interface SlotDigests {
  /** Slots that there are, a bit each; 0 before version 1.3. */
  readonly supportedMask: number;
  /** Slots that have a chain, a bit each. */
  readonly slotMask: number;
  /** Of those slots. */
  readonly digests: ReadonlyMap<number, Uint8Array>;
}

/** GET_DIGESTS. Source: DSP0274 1.3, DIGESTS response message. */
export async function getDigests(
  conversation: Conversation,
  signal?: AbortSignal,
): Promise<SlotDigests> {
  const { context, flags, transcripts } = conversation;
  needCapability(flags, SPDM_CAP_CERT, 'certificates');
  const request = encodeGetDigests(context);
  const answer = await exchangeMessages(conversation, request, SPDM_DIGESTS, signal);
  const { message, length } = decodeDigests(answer, context);
  transcripts.noteChallenge(request, answer.subarray(0, length));
  const { supportedMask, slotMask } = message;
  const digests = new Map<number, Uint8Array>();
  for (const [index, slot] of slotsOf(slotMask).entries()) {
    const digest = message.digests[index];
    if (digest !== undefined) {
      digests.set(slot, digest);
    }
  }
  return { supportedMask, slotMask, digests };
}
