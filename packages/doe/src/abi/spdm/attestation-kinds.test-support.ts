import fc from 'fast-check';
import * as spdm from './index.js';
import {
  atMost,
  byte,
  bytesOf,
  half,
  kind,
  slot,
  type MessageKind,
} from './message-kind.test-support.js';

const summaryType = fc.constantFrom<spdm.SummaryType>(0, 1, 0xff);

/** The requester's context, in the versions that have one. */
function contextField(version: spdm.SpdmVersion): fc.Arbitrary<{ context?: Uint8Array }> {
  return version >= 0x13 ? fc.record({ context: bytesOf(8) }) : fc.constant({});
}

function join<A extends object, B extends object>(
  a: fc.Arbitrary<A>,
  b: fc.Arbitrary<B>,
): fc.Arbitrary<A & B> {
  return fc.tuple(a, b).map(([first, second]) => ({ ...first, ...second }));
}

function digests({ version, algorithms }: spdm.NegotiatedContext): fc.Arbitrary<spdm.Digests> {
  return byte.chain((slotMask) => {
    const count = spdm.slotsOf(slotMask).length;
    return fc.record({
      version: fc.constant(version),
      supportedMask: version >= 0x13 ? byte : fc.constant(0),
      slotMask: fc.constant(slotMask),
      digests: fc.array(bytesOf(algorithms.hash.size), { minLength: count, maxLength: count }),
    });
  });
}

function challengeAuth(
  agreed: spdm.NegotiatedContext,
): fc.Arbitrary<spdm.ChallengeAuthBody & { readonly signature: Uint8Array }> {
  const { version, algorithms } = agreed;
  const fields = fc.record({
    version: fc.constant(version),
    slot,
    slotMask: byte,
    certChainHash: bytesOf(algorithms.hash.size),
    nonce: bytesOf(32),
    opaque: atMost(40),
    signature: bytesOf(algorithms.signature.size),
  });
  const summary = fc.oneof(
    fc.constant({}),
    fc.record({ summaryHash: bytesOf(algorithms.hash.size) }),
  );
  return join(join(fields, summary), contextField(version));
}

/** Any measurements. */
export const measurementBlocks: fc.Arbitrary<readonly spdm.MeasurementBlock[]> = fc.array(
  fc.record({
    index: fc.integer({ min: 1, max: 254 }),
    type: fc.nat(0x7f),
    raw: fc.boolean(),
    value: atMost(40),
  }),
  { maxLength: 5 },
);

interface MeasurementsSample {
  readonly body: spdm.MeasurementsBody;
  readonly blocks: readonly spdm.MeasurementBlock[];
  readonly signature: Uint8Array | undefined;
}

function measurements({
  version,
  algorithms,
}: spdm.NegotiatedContext): fc.Arbitrary<MeasurementsSample> {
  return fc
    .record({
      blocks: measurementBlocks,
      count: byte,
      slot: version >= 0x11 ? slot : fc.constant(0),
      contentChanged: version >= 0x12 ? fc.constantFrom(0, 0x10, 0x20) : fc.constant(0),
      nonce: bytesOf(32),
      opaque: atMost(40),
      context: contextField(version),
      signature: fc.option(bytesOf(algorithms.signature.size), { nil: undefined }),
    })
    .map(({ blocks, context, signature, ...fields }) => {
      const record = spdm.encodeBlocks(blocks);
      const shared = { version, ...fields, blockCount: blocks.length, record, ...context };
      return { blocks, signature, body: signature ? shared : { ...shared, slot: 0 } };
    });
}

function getMeasurements(version: spdm.SpdmVersion): fc.Arbitrary<spdm.GetMeasurements> {
  const unsigned = fc.record({ slot: fc.constant(0) });
  const signed = fc.record({
    slot: version >= 0x11 ? slot : fc.constant(0),
    nonce: bytesOf(32),
  });
  const fields = fc.record({
    version: fc.constant(version),
    operation: byte,
    raw: version >= 0x12 ? fc.boolean() : fc.constant(false),
    pending: version >= 0x13 ? fc.boolean() : fc.constant(false),
  });
  return join(join(fields, fc.oneof(unsigned, signed)), contextField(version));
}

/** Certificates, challenges and measurements. */
export const attestationKinds: readonly MessageKind[] = [
  kind('GET_DIGESTS', 0x10, {
    message: ({ version }) => fc.constant({ version }),
    encode: spdm.encodeGetDigests,
    decode: spdm.decodeGetDigests,
  }),
  kind('DIGESTS', 0x10, {
    message: digests,
    encode: spdm.encodeDigests,
    decode: spdm.decodeDigests,
  }),
  kind('GET_CERTIFICATE', 0x10, {
    message: ({ version }) =>
      fc.record({
        version: fc.constant(version),
        slot,
        offset: half,
        length: half,
        slotSizeRequested: version >= 0x13 ? fc.boolean() : fc.constant(false),
      }),
    encode: spdm.encodeGetCertificate,
    decode: spdm.decodeGetCertificate,
  }),
  kind('CERTIFICATE', 0x10, {
    message: ({ version }) =>
      fc.record({ version: fc.constant(version), slot, portion: atMost(80), remainder: half }),
    encode: spdm.encodeCertificate,
    decode: spdm.decodeCertificate,
  }),
  kind('CHALLENGE', 0x10, {
    message: ({ version }) =>
      join(
        fc.record({ version: fc.constant(version), slot, summaryType, nonce: bytesOf(32) }),
        contextField(version),
      ),
    encode: spdm.encodeChallenge,
    decode: spdm.decodeChallenge,
  }),
  kind('CHALLENGE_AUTH', 0x10, {
    message: challengeAuth,
    encode: ({ signature, ...body }) => spdm.encodeChallengeAuth(body, signature),
    decode: (bytes, context, { summaryHash }) =>
      spdm.decodeChallengeAuth(bytes, context, { summary: summaryHash !== undefined }),
    expected: (message, bytes) => ({
      ...message,
      signedLength: bytes.length - message.signature.length,
    }),
  }),
  kind('GET_MEASUREMENTS', 0x10, {
    message: ({ version }) => getMeasurements(version),
    encode: spdm.encodeGetMeasurements,
    decode: spdm.decodeGetMeasurements,
  }),
  kind('MEASUREMENTS', 0x10, {
    message: measurements,
    encode: ({ body, signature }) => spdm.encodeMeasurements(body, signature),
    decode: (bytes, context, { signature }) =>
      spdm.decodeMeasurements(bytes, context, { signed: signature !== undefined }),
    expected: ({ body, blocks, signature }, bytes) => ({
      ...body,
      blocks,
      ...(signature && { signature }),
      signedLength: bytes.length - (signature?.length ?? 0),
    }),
  }),
];
