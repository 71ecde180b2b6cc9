import { createHash, type KeyObject } from 'node:crypto';
import {
  encodeCertChain,
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
  readonly #chains = new Map<string, SlotChain>();
  /** What the keys can do, the lowest slot first. */
  readonly signatures: readonly SignatureAlgorithm[];

  constructor(identities: ReadonlyMap<number, SpdmIdentity>) {
    this.#identities = identities;
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
    const name = `${slot} ${hash.name}`;
    const chain = this.#chains.get(name) ?? make(identity, hash);
    this.#chains.set(name, chain);
    return chain;
  }
}

function make({ chain, key }: SpdmIdentity, hash: HashAlgorithm): SlotChain {
  const [root = new Uint8Array()] = chain;
  const bytes = encodeCertChain(root, chain, hash);
  return { bytes, digest: createHash(hash.name).update(bytes).digest(), key };
}
