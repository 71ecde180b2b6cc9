import { decodeCertChain, derEnd } from '../../../abi/spdm/index.js';
import { failure } from '../../../errors/index.js';

/** What a certificate begins with (X.690, section 8.9.1). */
const SEQUENCE = 0x30;
/** Bytes of the length field and of the reserved one. */
const FIXED_SIZE = 4;

/** A chain as it was received: its parts, unchecked. */
export interface ReceivedChain {
  /** All of it, as the digest of the slot is of. */
  readonly bytes: Uint8Array;
  readonly rootHash: Uint8Array;
  /** DER, from the one nearest to the root to the leaf; at least one. */
  readonly certificates: readonly Uint8Array[];
}

/**
 * Takes a chain apart. One that ends too early (before its own length, in the middle of a certificate, or without any)
 * is told from one that is wrong in another way.
 *
 * Source: DSP0274 1.3, section Certificates and certificate chains.
 *
 * @throws MdevError EKEYREJECTED `doe.spdm-chain-truncated`, EBADMSG `doe.spdm-chain`
 */
export function openChain(bytes: Uint8Array, hashSize: number): ReceivedChain {
  const start = FIXED_SIZE + hashSize;
  if (bytes.length <= start) {
    throw truncated(bytes.length, start);
  }
  const declared = new DataView(bytes.buffer, bytes.byteOffset).getUint16(0, true);
  if (bytes.length < declared) {
    throw truncated(bytes.length, declared);
  }
  for (let at = start; at < bytes.length;) {
    const end = derEnd(bytes, at);
    if (end === undefined && bytes[at] === SEQUENCE) {
      throw truncated(bytes.length, at);
    }
    if (end === undefined) {
      // No certificate at all: the chain is wrong in another way.
      break;
    }
    at = end;
  }
  const { rootHash, certs } = decodeCertChain(bytes, hashSize);
  return { bytes, rootHash, certificates: certs };
}

function truncated(length: number, at: number): Error {
  return failure('doe.spdm-chain-truncated', { length, at });
}
