import { SPDM_CAP_CERT, SPDM_CERTIFICATE, SPDM_SLOT_COUNT } from '@mdevkit/uapi';
import { concatBytes, decodeCertificate, encodeGetCertificate } from '../../../abi/spdm/index.js';
import { failure } from '../../../errors/index.js';
import { exchangeMessages, needCapability, type Conversation } from '../connection/index.js';

/** Bytes of CERTIFICATE before the portion. */
const HEADER_SIZE = 8;
/** What the fields of offset and length can say. */
const MOST_CHAIN = 0xffff;

/**
 * GET_CERTIFICATE, as often as it takes: the bytes of the chain of a slot, unchecked. The first answer says how long the
 * chain is, and the others have to agree.
 *
 * Source: DSP0274 1.3, GET_CERTIFICATE request and CERTIFICATE response messages.
 *
 * @throws MdevError EPROTO `doe.spdm-chain-portion`, `doe.spdm-slot`. RangeError for a slot that there cannot be
 */
export async function getCertificateChain(
  conversation: Conversation,
  slot: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  if (!Number.isInteger(slot) || slot < 0 || slot >= SPDM_SLOT_COUNT) {
    throw new RangeError(`a slot is 0 .. 7, not ${slot}`);
  }
  const { context, flags, limits, transcripts } = conversation;
  needCapability(flags, SPDM_CAP_CERT, 'certificates');
  const portionBytes = Math.min(limits.portionBytes, limits.messageBytes - HEADER_SIZE);
  let total: number | undefined;
  const portions: Uint8Array[] = [];
  for (let offset = 0; total === undefined || offset < total;) {
    const length = Math.min(portionBytes, (total ?? MOST_CHAIN) - offset);
    const { version } = context;
    const request = encodeGetCertificate({
      version,
      slot,
      offset,
      length,
      slotSizeRequested: false,
    });
    const answer = await exchangeMessages(conversation, request, SPDM_CERTIFICATE, signal);
    const decoded = decodeCertificate(answer, context);
    transcripts.noteChallenge(request, answer.subarray(0, decoded.length));
    const { portion, remainder } = decoded.message;
    if (decoded.message.slot !== slot) {
      throw failure('doe.spdm-slot', { slot: decoded.message.slot, expected: slot });
    }
    const end = offset + portion.length + remainder;
    total ??= end;
    const fits = portion.length <= length && portion.length > 0 && end === total;
    if (!fits || total > MOST_CHAIN || portions.length >= limits.portions) {
      throw failure('doe.spdm-chain-portion', {
        offset,
        asked: length,
        portion: portion.length,
        remainder,
        total,
      });
    }
    portions.push(portion);
    offset += portion.length;
  }
  return concatBytes(portions);
}
