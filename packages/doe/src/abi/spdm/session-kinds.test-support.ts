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

interface KeyExchangeRspSample {
  readonly body: spdm.KeyExchangeRspBody;
  readonly signature: Uint8Array;
  readonly hmac: Uint8Array | undefined;
}

function keyExchangeRsp({
  version,
  algorithms,
}: spdm.NegotiatedContext): fc.Arbitrary<KeyExchangeRspSample> {
  const fields = {
    version: fc.constant(version),
    heartbeatPeriod: byte,
    sessionId: half,
    mutAuth: byte,
    requesterSlot: byte,
    random: bytesOf(32),
    exchangeData: bytesOf(algorithms.dhe!.size),
    opaque: atMost(40),
  };
  return fc.record({
    body: fc.oneof(
      fc.record(fields),
      fc.record({ ...fields, summaryHash: bytesOf(algorithms.hash.size) }),
    ),
    signature: bytesOf(algorithms.signature.size),
    hmac: fc.option(bytesOf(algorithms.hash.size), { nil: undefined }),
  });
}

const keyUpdate = ({ version }: spdm.SpdmContext): fc.Arbitrary<spdm.KeyUpdate> =>
  fc.record({ version: fc.constant(version), operation: fc.constantFrom(1, 2, 3), tag: byte });

const plain = ({ version }: spdm.SpdmContext): fc.Arbitrary<spdm.PlainMessage> =>
  fc.constant({ version });

/** Sessions. */
export const sessionKinds: readonly MessageKind[] = [
  kind('KEY_EXCHANGE', 0x11, {
    message: ({ version, algorithms }) =>
      fc.record({
        version: fc.constant(version),
        summaryType: fc.constantFrom<spdm.SummaryType>(0, 1, 0xff),
        slot,
        sessionId: half,
        sessionPolicy: version >= 0x12 ? byte : fc.constant(0),
        random: bytesOf(32),
        exchangeData: bytesOf(algorithms.dhe!.size),
        opaque: atMost(40),
      }),
    encode: spdm.encodeKeyExchange,
    decode: spdm.decodeKeyExchange,
  }),
  kind('KEY_EXCHANGE_RSP', 0x11, {
    message: keyExchangeRsp,
    encode: ({ body, signature, hmac }) => spdm.encodeKeyExchangeRsp(body, signature, hmac),
    decode: (bytes, context, { body, hmac }) =>
      spdm.decodeKeyExchangeRsp(bytes, context, {
        summary: body.summaryHash !== undefined,
        hmac: hmac !== undefined,
      }),
    expected: ({ body, signature, hmac }, bytes) => {
      const hmacOffset = bytes.length - (hmac?.length ?? 0);
      const signedLength = hmacOffset - signature.length;
      return { ...body, signature, signedLength, hmacOffset, ...(hmac && { hmac }) };
    },
  }),
  kind('FINISH', 0x11, {
    message: ({ version, algorithms }) =>
      fc.record({ version: fc.constant(version), hmac: bytesOf(algorithms.hash.size) }),
    encode: ({ version, hmac }) => spdm.encodeFinish({ version }, hmac),
    decode: spdm.decodeFinish,
    expected: (message) => ({ ...message, hmacOffset: 4 }),
  }),
  kind('FINISH_RSP', 0x11, {
    message: ({ version, algorithms }) =>
      fc.record({
        version: fc.constant(version),
        hmac: fc.option(bytesOf(algorithms.hash.size), { nil: undefined }),
      }),
    encode: ({ version, hmac }) => spdm.encodeFinishRsp({ version }, hmac),
    decode: (bytes, context, { hmac }) =>
      spdm.decodeFinishRsp(bytes, context, { hmac: hmac !== undefined }),
    expected: ({ version, hmac }) => ({ version, hmacOffset: 4, ...(hmac && { hmac }) }),
  }),
  kind('HEARTBEAT', 0x11, {
    message: plain,
    encode: spdm.encodeHeartbeat,
    decode: spdm.decodeHeartbeat,
  }),
  kind('HEARTBEAT_ACK', 0x11, {
    message: plain,
    encode: spdm.encodeHeartbeatAck,
    decode: spdm.decodeHeartbeatAck,
  }),
  kind('KEY_UPDATE', 0x11, {
    message: keyUpdate,
    encode: spdm.encodeKeyUpdate,
    decode: spdm.decodeKeyUpdate,
  }),
  kind('KEY_UPDATE_ACK', 0x11, {
    message: keyUpdate,
    encode: spdm.encodeKeyUpdateAck,
    decode: spdm.decodeKeyUpdateAck,
  }),
  kind('END_SESSION', 0x11, {
    message: ({ version }) =>
      fc.record({ version: fc.constant(version), clearNegotiatedState: fc.boolean() }),
    encode: spdm.encodeEndSession,
    decode: spdm.decodeEndSession,
  }),
  kind('END_SESSION_ACK', 0x11, {
    message: plain,
    encode: spdm.encodeEndSessionAck,
    decode: spdm.decodeEndSessionAck,
  }),
];
