import { expect } from 'chai';
import { describe, it } from 'mocha';
import { agreed, filled, golden, hex, refused, run } from '../golden.test-support.js';
import { signatureAlgorithms } from '../index.js';
import {
  decodeChallenge,
  decodeChallengeAuth,
  encodeChallenge,
  encodeChallengeAuth,
  type Challenge,
  type ChallengeAuthBody,
} from './index.js';

const nonce = filled(0xaa, 32);

describe('spdm CHALLENGE and CHALLENGE_AUTH', () => {
  it('spdm abi challenge: the request (DSP0274 1.2, CHALLENGE)', () => {
    for (const version of [0x10, 0x11, 0x12] as const) {
      const bytes = hex(version.toString(16), '83 02 ff', run(0xaa, 32));
      const message: Challenge = { version, slot: 2, summaryType: 0xff, nonce };
      golden(bytes, message, encodeChallenge(message), decodeChallenge(bytes, agreed(version)));
    }
  });

  it("spdm abi challenge: the request has the requester's context from version 1.3 on (DSP0274 1.3, CHALLENGE, RequesterContext)", () => {
    const bytes = hex('13 83 00 01', run(0xaa, 32), '0102030405060708');
    const context = hex('0102030405060708');
    const message: Challenge = { version: 0x13, slot: 0, summaryType: 1, nonce, context };
    golden(bytes, message, encodeChallenge(message), decodeChallenge(bytes, agreed(0x13)));
    const without = encodeChallenge({ version: 0x13, slot: 0, summaryType: 1, nonce });
    expect(without).to.deep.equal(hex('13 83 00 01', run(0xaa, 32), run(0, 8)));
  });

  it('spdm abi challenge: summary types other than none, base and all are refused (DSP0274 1.2, CHALLENGE, Param2)', () => {
    for (const type of ['02', '7f', '80', 'fe']) {
      refused(() => decodeChallenge(hex('12 83 00', type, run(0, 32)), agreed(0x12)));
    }
  });

  it('spdm abi challenge: slots that there cannot be are refused (DSP0274 1.2, CHALLENGE, Param1)', () => {
    for (const slot of ['08', '0f', '10', 'ff']) {
      refused(() => decodeChallenge(hex('12 83', slot, '00', run(0, 32)), agreed(0x12)));
    }
  });

  it('spdm abi challenge: a nonce of another size is a mistake of the program (own rule)', () => {
    const message = { version: 0x12, slot: 0, summaryType: 0, nonce: filled(0, 31) } as const;
    expect(() => encodeChallenge(message)).to.throw(RangeError, 'a nonce has 32 bytes, not 31');
  });

  const body: ChallengeAuthBody = {
    ...{ version: 0x12, slot: 2, slotMask: 5, certChainHash: filled(0xcc, 32), nonce },
    summaryHash: filled(0xdd, 32),
    opaque: hex('0102'),
  };
  const before = ['12 03 02 05', run(0xcc, 32), run(0xaa, 32), run(0xdd, 32), '0200 0102'];

  it('spdm abi challenge: the response, and the bytes that its signature is over (DSP0274 1.2, CHALLENGE_AUTH)', () => {
    const context = agreed(0x12);
    const { size } = context.algorithms.signature;
    const bytes = hex(...before, run(0x55, size));
    const signature = filled(0x55, size);
    const message = { ...body, signature, signedLength: 104 };
    const decoded = decodeChallengeAuth(bytes, context, { summary: true });
    golden(bytes, message, encodeChallengeAuth(body, signature), decoded);
    expect(encodeChallengeAuth(body)).to.deep.equal(bytes.subarray(0, 104));
  });

  it('spdm abi challenge: without a summary hash, and with a context in version 1.3 (DSP0274 1.3, CHALLENGE_AUTH)', () => {
    const p384 = signatureAlgorithms.find(({ bit }) => bit === 0x80)!;
    const agreement = agreed(0x13, { ...agreed(0x13).algorithms, signature: p384 });
    const bytes = hex(
      ...['13 03 00 01', run(0xcc, 32), run(0xaa, 32), '0000', '0102030405060708'],
      run(0x55, 96),
    );
    const { certChainHash } = body;
    const fields = { version: 0x13, slot: 0, slotMask: 1, certChainHash, nonce } as const;
    const plain = { ...fields, opaque: hex(''), context: hex('0102030405060708') };
    const signature = filled(0x55, 96);
    const message = { ...plain, signature, signedLength: 78 };
    const decoded = decodeChallengeAuth(bytes, agreement, { summary: false });
    golden(bytes, message, encodeChallengeAuth(plain, signature), decoded);
  });

  it('spdm abi challenge: opaque data of more than 1024 bytes is refused (DSP0274 1.2, CHALLENGE_AUTH, OpaqueDataLength)', () => {
    const context = agreed(0x12);
    const response = (length: number): Uint8Array => {
      const low = (length & 0xff).toString(16).padStart(2, '0');
      const high = (length >> 8).toString(16).padStart(2, '0');
      const lengths = [...before.slice(0, 4), low, high];
      return hex(...lengths, run(0, length), run(0, context.algorithms.signature.size));
    };
    const parts = { summary: true };
    expect(decodeChallengeAuth(response(1024), context, parts).message.opaque).to.have.length(1024);
    refused(() => decodeChallengeAuth(response(1025), context, parts));
    const opaque = filled(0, 1025);
    expect(() => encodeChallengeAuth({ ...body, opaque })).to.throw(RangeError, '1024');
  });
});
