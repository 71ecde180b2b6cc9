import type { KeyObject } from 'node:crypto';
import { hashOf, sameBytes } from '../../../abi/spdm/index.js';
import { failure } from '../../../errors/index.js';
import {
  leafOf,
  openChain,
  readCertificates,
  verifyChain,
  type Certificate,
  type ChainPolicy,
} from '../chain/index.js';
import type { Conversation } from '../connection/index.js';
import { getCertificateChain } from './certificates.js';
import { getDigests } from './digests.js';

/** Who a device says it is, once its certificates were verified; whether it has the key is another question. */
export interface DeviceIdentity {
  readonly slot: number;
  /** The whole chain, as digests and sessions are over. */
  readonly chain: Uint8Array;
  readonly chainHash: Uint8Array;
  /** From the one nearest to the root to the leaf. */
  readonly certificates: readonly Certificate[];
  /** Of the leaf. */
  readonly key: KeyObject;
}

/** Called with the certificates that were read, before they are verified: a report shows also those that were refused. */
export type OnCertificates = (certificates: readonly Certificate[]) => void;

/**
 * GET_DIGESTS and GET_CERTIFICATE, and the verification of the chain of a slot.
 *
 * @throws MdevError ENOENT `doe.spdm-slot-empty`; EKEYREJECTED `doe.spdm-digest`; what {@link verifyChain} and
 *   {@link openChain} throw
 */
export async function identify(
  conversation: Conversation,
  slot: number,
  policy: Omit<ChainPolicy, 'algorithms'>,
  signal?: AbortSignal,
  onCertificates?: OnCertificates,
): Promise<DeviceIdentity> {
  const { algorithms } = conversation.context;
  const { digests } = await getDigests(conversation, signal);
  const digest = digests.get(slot);
  if (digest === undefined) {
    throw failure('doe.spdm-slot-empty', { slot, slots: [...digests.keys()].join(' ') });
  }
  const bytes = await getCertificateChain(conversation, slot, signal);
  const chain = openChain(bytes, algorithms.hash.size);
  const certificates = readCertificates(chain);
  onCertificates?.(certificates);
  leafOf(certificates);
  const chainHash = hashOf(algorithms.hash, bytes);
  if (!sameBytes(chainHash, digest)) {
    throw failure('doe.spdm-digest', { slot });
  }
  const key = verifyChain(chain, certificates, { ...policy, algorithms });
  return { slot, chain: bytes, chainHash, certificates, key };
}
