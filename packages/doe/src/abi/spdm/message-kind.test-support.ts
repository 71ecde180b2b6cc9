import fc from 'fast-check';
import {
  aeadAlgorithms,
  dheGroups,
  hashAlgorithms,
  measurementHashes,
  signatureAlgorithms,
  type Algorithms,
  type Decoded,
  type NegotiatedContext,
  type SpdmVersion,
} from './index.js';

/** A message, its bytes, and how they are read. */
export interface Sample {
  readonly bytes: Uint8Array;
  /** What the decoder has to give. */
  readonly message: unknown;
  readonly decode: (bytes: Uint8Array) => Decoded<unknown>;
}

/** Every message of one code. */
export interface MessageKind {
  readonly name: string;
  /** The first version that has it. */
  readonly since: SpdmVersion;
  readonly samples: (context: NegotiatedContext) => fc.Arbitrary<Sample>;
}

/** How the messages of one kind are made, and read. */
export interface KindParts<M> {
  readonly message: (context: NegotiatedContext) => fc.Arbitrary<M>;
  readonly encode: (message: M) => Uint8Array;
  readonly decode: (bytes: Uint8Array, context: NegotiatedContext, message: M) => Decoded<unknown>;
  /** What the decoder gives, if it is not the message itself. */
  readonly expected?: (message: M, bytes: Uint8Array) => unknown;
}

export function kind<M>(name: string, since: SpdmVersion, parts: KindParts<M>): MessageKind {
  return {
    name,
    since,
    samples: (context) =>
      parts.message(context).map((message) => {
        const bytes = parts.encode(message);
        return {
          bytes,
          message: parts.expected?.(message, bytes) ?? message,
          decode: (other) => parts.decode(other, context, message),
        };
      }),
  };
}

const algorithms: fc.Arbitrary<Algorithms> = fc.record({
  hash: fc.constantFrom(...hashAlgorithms),
  signature: fc.constantFrom(...signatureAlgorithms),
  measurementHash: fc.constantFrom(...measurementHashes.map(({ hash }) => hash)),
  measurementSpec: fc.constant<1>(1),
  dhe: fc.constantFrom(...dheGroups),
  aead: fc.constantFrom(...aeadAlgorithms),
  keySchedule: fc.constant(true),
  otherParams: fc.constantFrom(0, 2),
});

/** Any algorithms, and the version. */
export function contexts(version: SpdmVersion): fc.Arbitrary<NegotiatedContext> {
  return algorithms.map((negotiated) => ({
    version,
    algorithms: version >= 0x12 ? negotiated : { ...negotiated, otherParams: 0 },
  }));
}

export const byte = fc.nat(0xff);
export const half = fc.nat(0xffff);
export const word = fc.nat(0xffffffff);
export const slot = fc.nat(7);

export function bytesOf(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}

export function atMost(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ maxLength: length });
}
