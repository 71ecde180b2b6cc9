import { expect } from 'chai';
import { describe, it } from 'mocha';
import { agreed, filled, golden, hex, refused, run, usual } from '../golden.test-support.js';
import * as messages from './index.js';

const random = filled(0xaa, 32);
const exchangeData = filled(0xbb, 64);

describe('spdm KEY_EXCHANGE and KEY_EXCHANGE_RSP', () => {
  const request: messages.KeyExchange = {
    ...{ version: 0x12, summaryType: 0xff, slot: 2, sessionId: 0xfffe, sessionPolicy: 1 },
    ...{ random, exchangeData, opaque: hex('0102') },
  };
  const wire = (...head: readonly string[]): Uint8Array =>
    hex(...head, run(0xaa, 32), run(0xbb, 64), '0200 0102');

  it('spdm abi key exchange: the request (DSP0274 1.2, KEY_EXCHANGE)', () => {
    const bytes = wire('12 e4 ff 02 feff 01 00');
    const decoded = messages.decodeKeyExchange(bytes, agreed(0x12));
    golden(bytes, request, messages.encodeKeyExchange(request), decoded);
  });

  it('spdm abi key exchange: version 1.1 has no session policy (DSP0274 1.1, KEY_EXCHANGE)', () => {
    const { message } = messages.decodeKeyExchange(wire('11 e4 ff 02 feff 01 00'), agreed(0x11));
    expect(message.sessionPolicy).to.equal(0);
    const encoded = messages.encodeKeyExchange({ ...request, version: 0x11 });
    expect(encoded).to.deep.equal(wire('11 e4 ff 02 feff 00 00'));
  });

  it('spdm abi key exchange: unknown summary types, slots and lengths of opaque data are refused (DSP0274 1.2, KEY_EXCHANGE)', () => {
    const decode = (bytes: Uint8Array): unknown => messages.decodeKeyExchange(bytes, agreed(0x12));
    refused(() => decode(wire('12 e4 02 02 feff 01 00')));
    refused(() => decode(wire('12 e4 ff 08 feff 01 00')));
    refused(() => decode(wire('12 e4 ff ff feff 01 00')));
    refused(() => decode(hex('12 e4 00 00 0000 0000', run(0, 96), 'ffff', run(0, 64))));
    refused(() => decode(hex('12 e4 00 00 0000 0000', run(0, 96), '0104', run(0, 1025))));
  });

  it('spdm abi key exchange: without a negotiated group there is none (DSP0274 1.2, KEY_EXCHANGE, ExchangeData)', () => {
    const { dhe, ...rest } = usual;
    expect(dhe?.size).to.equal(64);
    const bytes = wire('12 e4 ff 02 feff 01 00');
    refused(() => messages.decodeKeyExchange(bytes, agreed(0x12, rest)));
  });

  it('spdm abi key exchange: the response, and where its signature and its HMAC begin (DSP0274 1.2, KEY_EXCHANGE_RSP)', () => {
    const body: messages.KeyExchangeRspBody = {
      ...{ version: 0x12, heartbeatPeriod: 5, sessionId: 0xffff, mutAuth: 0, requesterSlot: 0 },
      ...{ random, exchangeData, summaryHash: filled(0xcc, 32), opaque: hex('0102') },
    };
    const context = agreed(0x12);
    const { size } = context.algorithms.signature;
    const start = [
      '12 64 05 00 ffff 00 00',
      run(0xaa, 32),
      run(0xbb, 64),
      run(0xcc, 32),
      '02000102',
    ];
    const bytes = hex(...start, run(0x55, size), run(0x66, 32));
    const [signature, hmac] = [filled(0x55, size), filled(0x66, 32)];
    const signedLength = 140;
    const hmacOffset = signedLength + size;
    const message = { ...body, signature, signedLength, hmac, hmacOffset };
    const decoded = messages.decodeKeyExchangeRsp(bytes, context, { summary: true, hmac: true });
    golden(bytes, message, messages.encodeKeyExchangeRsp(body, signature, hmac), decoded);
    const signed = messages.encodeKeyExchangeRsp(body);
    expect(signed).to.deep.equal(bytes.subarray(0, signedLength));
    const authenticated = messages.encodeKeyExchangeRsp(body, signature);
    expect(authenticated).to.deep.equal(bytes.subarray(0, hmacOffset));
  });

  it("spdm abi key exchange: the responder's half of the session id is the upper one (DSP0274 1.2, Session identification)", () => {
    expect(messages.sessionIdOf(0x1234, 0xffee)).to.equal(0xffee1234);
  });
});

describe('spdm FINISH and FINISH_RSP', () => {
  it('spdm abi finish: the request and its HMAC (DSP0274 1.2, FINISH)', () => {
    const bytes = hex('12 e5 00 00', run(0x66, 32));
    const hmac = filled(0x66, 32);
    const decoded = messages.decodeFinish(bytes, agreed(0x12));
    const message = { version: 0x12, hmac, hmacOffset: 4 } as const;
    golden(bytes, message, messages.encodeFinish(message, hmac), decoded);
    expect(messages.encodeFinish(message)).to.deep.equal(bytes.subarray(0, 4));
  });

  it('spdm abi finish: a signature that nobody asked for is refused (DSP0274 1.2, FINISH, Param1)', () => {
    const context = agreed(0x12);
    const bytes = hex('12 e5 01 00', run(0, context.algorithms.signature.size), run(0x66, 32));
    refused(() => messages.decodeFinish(bytes, context));
    refused(() => messages.decodeFinish(hex('12 e5 01 00', run(0x66, 32)), context));
  });

  it('spdm abi finish: the response has an HMAC only in the clear (DSP0274 1.2, FINISH_RSP)', () => {
    const plain = hex('12 65 00 00');
    const message = { version: 0x12, hmacOffset: 4 } as const;
    const decoded = messages.decodeFinishRsp(plain, agreed(0x12), { hmac: false });
    golden(plain, message, messages.encodeFinishRsp(message), decoded);
    const bytes = hex('12 65 00 00', run(0x66, 32));
    const hmac = filled(0x66, 32);
    const clear = messages.decodeFinishRsp(bytes, agreed(0x12), { hmac: true });
    golden(bytes, { ...message, hmac }, messages.encodeFinishRsp(message, hmac), clear);
    refused(() => messages.decodeFinishRsp(bytes, agreed(0x12), { hmac: false }));
  });
});

describe('spdm messages inside a session', () => {
  const version = 0x12;
  const context = agreed(version);

  it('spdm abi heartbeat: request and response (DSP0274 1.2, HEARTBEAT and HEARTBEAT_ACK)', () => {
    const [request, response] = [hex('12 e8 00 00'), hex('12 68 00 00')];
    const message = { version } as const;
    const asked = messages.decodeHeartbeat(request, context);
    golden(request, message, messages.encodeHeartbeat(message), asked);
    const answered = messages.decodeHeartbeatAck(response, context);
    golden(response, message, messages.encodeHeartbeatAck(message), answered);
  });

  it('spdm abi key update: request and response (DSP0274 1.2, KEY_UPDATE and KEY_UPDATE_ACK)', () => {
    const [request, response] = [hex('12 e9 02 a5'), hex('12 69 02 a5')];
    const message = { version, operation: 2, tag: 0xa5 } as const;
    const asked = messages.decodeKeyUpdate(request, context);
    golden(request, message, messages.encodeKeyUpdate(message), asked);
    const answered = messages.decodeKeyUpdateAck(response, context);
    golden(response, message, messages.encodeKeyUpdateAck(message), answered);
  });

  it('spdm abi key update: operations other than the three are refused (DSP0274 1.2, KEY_UPDATE, Param1)', () => {
    refused(() => messages.decodeKeyUpdate(hex('12 e9 00 00'), context));
    refused(() => messages.decodeKeyUpdate(hex('12 e9 04 00'), context));
    refused(() => messages.decodeKeyUpdateAck(hex('12 69 ff 00'), context));
  });

  it('spdm abi end session: request and response (DSP0274 1.2, END_SESSION and END_SESSION_ACK)', () => {
    const [request, response] = [hex('12 ec 01 00'), hex('12 6c 00 00')];
    const message = { version, clearNegotiatedState: true } as const;
    const asked = messages.decodeEndSession(request, context);
    golden(request, message, messages.encodeEndSession(message), asked);
    const answered = messages.decodeEndSessionAck(response, context);
    golden(response, { version }, messages.encodeEndSessionAck({ version }), answered);
  });
});
