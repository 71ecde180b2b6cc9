import type { KeyObject } from 'node:crypto';
import {
  sameBytes,
  verifyTranscript,
  type NegotiatedContext,
  type SignatureUse,
} from '../../../abi/spdm/index.js';
import { failure } from '../../../errors/index.js';
import type { SeenNonces } from './seen-nonces.js';

/** An answer that says that it is genuine and fresh. */
export interface SignedAnswer {
  readonly use: SignatureUse;
  /** The device's. */
  readonly nonce: Uint8Array;
  /** What both sides have said, as the signature is over. */
  readonly transcript: Uint8Array;
  readonly signature: Uint8Array;
  /** What the requester sent and the device has to repeat, and what it repeated; from version 1.3 on. */
  readonly context?: { readonly sent: Uint8Array; readonly repeated: Uint8Array | undefined };
}

/** Who has to have signed, and what was seen of him before. */
export interface Signer {
  readonly key: KeyObject;
  readonly nonces: SeenNonces;
}

/**
 * Checks the signature of an answer. The nonce of the requester is part of what is signed and of nothing else, so the
 * answer to another request looks like a wrong signature. It is told from one where that can be known: the device repeats
 * another context than was sent, its own nonce was seen before, or (`askAgain` asks the same with another nonce, and
 * gives the device's) it answers two requests with one nonce.
 *
 * Source: DSP0274 1.3, section Signature verification; RequesterContext, Nonce of CHALLENGE_AUTH and MEASUREMENTS.
 *
 * @throws MdevError EKEYREJECTED `doe.spdm-replayed`, `doe.spdm-signature`
 */
export async function checkSignature(
  answer: SignedAnswer,
  { key, nonces }: Signer,
  context: NegotiatedContext,
  askAgain?: () => Promise<Uint8Array>,
): Promise<void> {
  const { use, nonce, transcript, signature } = answer;
  const { sent, repeated } = answer.context ?? {};
  if (sent !== undefined && (repeated === undefined || !sameBytes(sent, repeated))) {
    throw failure('doe.spdm-replayed', { use, why: 'another context' });
  }
  if (nonces.has(nonce)) {
    throw failure('doe.spdm-replayed', { use, why: 'a nonce seen before' });
  }
  if (verifyTranscript(key, use, context, transcript, signature)) {
    nonces.add(nonce);
    return;
  }
  if (askAgain !== undefined && (await repeats(nonce, askAgain))) {
    throw failure('doe.spdm-replayed', { use, why: 'one nonce for two requests' });
  }
  throw failure('doe.spdm-signature', { use });
}

async function repeats(nonce: Uint8Array, askAgain: () => Promise<Uint8Array>): Promise<boolean> {
  try {
    return sameBytes(nonce, await askAgain());
  } catch {
    // The device says nothing more: the signature was wrong, and that is all that is known.
    return false;
  }
}
