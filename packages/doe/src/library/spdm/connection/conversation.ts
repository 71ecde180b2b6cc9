import { readHeader, type NegotiatedContext } from '../../../abi/spdm/index.js';
import type { Asker } from './asker.js';
import type { SpdmLimits } from './limits.js';
import type { Transcripts } from './transcripts.js';

/** What requests need once algorithms were negotiated: in the clear, or inside of a session. */
export interface Conversation {
  readonly context: NegotiatedContext;
  /** Flags of the device. */
  readonly flags: number;
  readonly asker: Asker;
  readonly limits: SpdmLimits;
  readonly transcripts: Transcripts;
  /** Random bytes, fresh in each call. */
  readonly random: (size: number) => Uint8Array;
}

/** Asks, as {@link Asker.ask}, and keeps the transcripts in step with those of the device. */
export async function exchangeMessages(
  { asker, transcripts }: Conversation,
  request: Uint8Array,
  expected: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  try {
    const answer = await asker.ask(request, expected, signal);
    transcripts.answered(readHeader(request).code);
    return answer;
  } catch (error) {
    transcripts.refused();
    throw error;
  }
}
