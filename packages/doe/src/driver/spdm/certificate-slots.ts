import type { KeyObject } from 'node:crypto';
import {
  encodeCertChain,
  hashOf,
  signatureAlgorithms,
  type Algorithms,
  type HashAlgorithm,
  type SignatureAlgorithm,
} from '../../abi/spdm/index.js';
import type { SpdmIdentity } from '../identity/index.js';

/** A chain in the terms of a hash. */
export interface SlotChain {
  /** As GET_CERTIFICATE reads it. */
  readonly bytes: Uint8Array;
  readonly digest: Uint8Array;
  /** Of the leaf. */
  readonly key: KeyObject;
}

/** The best kinds first: RSA with the safer padding, if there is a choice. */
const KINDS: readonly SignatureAlgorithm['kind'][] = ['ecdsa', 'rsa-pss', 'rsa-ssa'];

/** The slots of a responder. What was negotiated decides which of them show: those whose key can do it. */
export class CertificateSlots {
  readonly #identities: ReadonlyMap<number, SpdmIdentity>;
  /** By slot and hash. */
  readonly #chains = new Map<string, SlotChain>();
  /** What the keys can do, the lowest slot first. */
  readonly signatures: readonly SignatureAlgorithm[];

  /** @throws RangeError for a chain that is too long with one of the hashes */
  constructor(identities: ReadonlyMap<number, SpdmIdentity>, hashes: readonly HashAlgorithm[]) {
    this.#identities = identities;
    for (const [slot, identity] of identities) {
      for (const hash of hashes) {
        this.#chains.set(nameOf(slot, hash), make(identity, hash));
      }
    }
    this.signatures = [...identities.values()].flatMap(({ signatures }) =>
      KINDS.flatMap((kind) =>
        signatureAlgorithms.filter((one) => one.kind === kind && (signatures & one.bit) !== 0),
      ),
    );
  }

  /** The slots that show, a bit each. */
  mask({ signature }: Algorithms): number {
    let mask = 0;
    for (const [slot, { signatures }] of this.#identities) {
      mask |= (signatures & signature.bit) === 0 ? 0 : 1 << slot;
    }
    return mask;
  }

  /** Undefined for a slot that does not show. */
  chain(slot: number, { signature, hash }: Algorithms): SlotChain | undefined {
    const identity = this.#identities.get(slot);
    if (identity === undefined || (identity.signatures & signature.bit) === 0) {
      return undefined;
    }
    return this.#chains.get(nameOf(slot, hash));
  }
}

function nameOf(slot: number, { name }: HashAlgorithm): string {
  return `${slot} ${name}`;
}

function make({ chain, key }: SpdmIdentity, hash: HashAlgorithm): SlotChain {
  const [root = new Uint8Array()] = chain;
  const bytes = encodeCertChain(root, chain, hash);
  return { bytes, digest: hashOf(hash, bytes), key };
}
