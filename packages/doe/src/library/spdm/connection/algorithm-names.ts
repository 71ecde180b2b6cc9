import {
  aeadAlgorithms,
  dheGroups,
  hashAlgorithms,
  signatureAlgorithms,
  type AeadAlgorithm,
  type Algorithms,
  type DheGroup,
  type HashAlgorithm,
  type SignatureAlgorithm,
} from '../../../abi/spdm/index.js';

export type HashName = HashAlgorithm['name'];
export type DheName = 'p256' | 'p384';
export type AeadName = AeadAlgorithm['cipher'];
export type SignatureName = `ecdsa-${DheName}` | `${'rsa-ssa' | 'rsa-pss'}-${2048 | 3072 | 4096}`;

/** What is offered to a device, which selects one of each. Everything there is by default. */
export interface AlgorithmPreferences {
  readonly hashes?: readonly HashName[];
  readonly signatures?: readonly SignatureName[];
  readonly dheGroups?: readonly DheName[];
  readonly aeads?: readonly AeadName[];
}

/** The bits of NEGOTIATE_ALGORITHMS. */
export interface OfferedBits {
  readonly hash: number;
  readonly signature: number;
  readonly dhe: number;
  readonly aead: number;
}

/** What was negotiated, by name. */
export interface AlgorithmNames {
  readonly hash: HashName;
  readonly signature: SignatureName;
  /** How measurements are hashed; undefined if the device has none. */
  readonly measurementHash?: HashName | 'raw';
  /** For sessions only. */
  readonly dhe?: DheName;
  readonly aead?: AeadName;
}

export function offeredBits(preferences: AlgorithmPreferences = {}): OfferedBits {
  return {
    hash: bits(hashAlgorithms, ({ name }) => name, preferences.hashes),
    signature: bits(signatureAlgorithms, signatureName, preferences.signatures),
    dhe: bits(dheGroups, dheName, preferences.dheGroups),
    aead: bits(aeadAlgorithms, ({ cipher }) => cipher, preferences.aeads),
  };
}

export function algorithmNames(algorithms: Algorithms): AlgorithmNames {
  const { hash, signature, measurementHash, dhe, aead } = algorithms;
  return {
    hash: hash.name,
    signature: signatureName(signature),
    ...(measurementHash && {
      measurementHash: measurementHash === 'raw' ? 'raw' : measurementHash.name,
    }),
    ...(dhe && { dhe: dheName(dhe) }),
    ...(aead && { aead: aead.cipher }),
  };
}

function signatureName(algorithm: SignatureAlgorithm): SignatureName {
  return algorithm.kind === 'ecdsa'
    ? `ecdsa-${curveName(algorithm.curve)}`
    : `${algorithm.kind}-${algorithm.modulusBits}`;
}

function dheName({ curve }: DheGroup): DheName {
  return curveName(curve);
}

function curveName(curve: DheGroup['curve']): DheName {
  return curve === 'prime256v1' ? 'p256' : 'p384';
}

function bits<T extends { readonly bit: number }, N extends string>(
  table: readonly T[],
  nameOf: (row: T) => N,
  wanted: readonly N[] | undefined,
): number {
  return table
    .filter((row) => wanted?.includes(nameOf(row)) ?? true)
    .reduce((all, { bit }) => all | bit, 0);
}
