import fc from 'fast-check';
import * as spdm from './index.js';
import { attestationKinds } from './attestation-kinds.test-support.js';
import { byte, bytesOf, half, kind, word, type MessageKind } from './message-kind.test-support.js';
import { sessionKinds } from './session-kinds.test-support.js';

const external = fc.array(word, { maxLength: 2 });

function structs(version: spdm.SpdmVersion): fc.Arbitrary<readonly spdm.AlgorithmStruct[]> {
  if (version === 0x10) return fc.constant([]);
  return fc
    .tuple(
      fc.subarray([2, 3, 4, 5]),
      fc.array(fc.record({ supported: half, external }), { minLength: 4, maxLength: 4 }),
    )
    .map(([types, rest]) => types.map((type, at) => ({ type, ...rest[at]! })));
}

function offers(version: spdm.SpdmVersion): fc.Arbitrary<spdm.NegotiateAlgorithms> {
  return fc.record({
    version: fc.constant(version),
    measurementSpec: byte,
    otherParams: version >= 0x12 ? byte : fc.constant(0),
    baseAsym: word,
    baseHash: word,
    melSpec: version >= 0x13 ? byte : fc.constant(0),
    extAsym: external,
    extHash: external,
    structs: structs(version),
  });
}

function capabilities(version: spdm.SpdmVersion): fc.Arbitrary<spdm.Capabilities> {
  const fields = { version: fc.constant(version), ctExponent: byte, flags: word };
  return version >= 0x12
    ? fc.record({ ...fields, dataTransferSize: word, maxMessageSize: word })
    : fc.record(fields);
}

const errors: fc.Arbitrary<spdm.ErrorMessage> = fc.oneof(
  fc.record({
    version: byte,
    code: fc.constantFrom(1, 3, 4, 5, 6, 7, 0x41, 0x43),
    data: byte,
    extended: bytesOf(0),
  }),
  fc.record({ version: byte, code: fc.constant(0x42), data: byte, extended: bytesOf(4) }),
  fc.record({ version: byte, code: fc.constant(0x0f), data: byte, extended: bytesOf(1) }),
);

const startKinds: readonly MessageKind[] = [
  kind('GET_VERSION', 0x10, {
    message: () => fc.constant({ version: 0x10 }),
    encode: () => spdm.encodeGetVersion(),
    decode: (bytes) => spdm.decodeGetVersion(bytes),
  }),
  kind('VERSION', 0x10, {
    message: () => fc.record({ versions: fc.array(half, { minLength: 1, maxLength: 8 }) }),
    encode: spdm.encodeVersion,
    decode: (bytes) => spdm.decodeVersion(bytes),
  }),
  kind('GET_CAPABILITIES', 0x10, {
    message: ({ version }) =>
      version === 0x10 ? fc.constant({ version, ctExponent: 0, flags: 0 }) : capabilities(version),
    encode: spdm.encodeGetCapabilities,
    decode: (bytes) => spdm.decodeGetCapabilities(bytes),
  }),
  kind('CAPABILITIES', 0x10, {
    message: ({ version }) => capabilities(version),
    encode: spdm.encodeCapabilities,
    decode: (bytes) => spdm.decodeCapabilities(bytes),
  }),
  kind('NEGOTIATE_ALGORITHMS', 0x10, {
    message: ({ version }) => offers(version),
    encode: spdm.encodeNegotiateAlgorithms,
    decode: (bytes, context) => spdm.decodeNegotiateAlgorithms(bytes, context),
  }),
  kind('ALGORITHMS', 0x10, {
    message: ({ version }) =>
      fc
        .tuple(offers(version), word)
        .map(([offer, measurementHash]) => ({ ...offer, measurementHash })),
    encode: spdm.encodeAlgorithms,
    decode: (bytes, context) => spdm.decodeAlgorithms(bytes, context),
  }),
  kind('ERROR', 0x10, {
    message: () => errors,
    encode: spdm.encodeError,
    decode: (bytes) => spdm.decodeError(bytes),
  }),
  kind('RESPOND_IF_READY', 0x10, {
    message: ({ version }) =>
      fc.record({ version: fc.constant(version), requestCode: byte, token: byte }),
    encode: spdm.encodeRespondIfReady,
    decode: spdm.decodeRespondIfReady,
  }),
];

/** Every message that is encoded and decoded. */
export const messageKinds: readonly MessageKind[] = [
  ...startKinds,
  ...attestationKinds,
  ...sessionKinds,
];
