import { expect } from 'chai';
import { describe, it } from 'mocha';
import { MdevError } from '@mdevkit/core';
import { agreed, golden, hex, refused, run, usual } from '../golden.test-support.js';
import { algorithmsMessage, algorithmsOf } from '../index.js';
import {
  decodeAlgorithms,
  decodeNegotiateAlgorithms,
  encodeAlgorithms,
  encodeNegotiateAlgorithms,
  type AlgorithmsMessage,
  type NegotiateAlgorithms,
} from './index.js';

const offer: NegotiateAlgorithms = {
  version: 0x12,
  measurementSpec: 1,
  otherParams: 2,
  baseAsym: 0x90,
  baseHash: 3,
  melSpec: 0,
  extAsym: [],
  extHash: [],
  structs: [
    { type: 2, supported: 0x18, external: [] },
    { type: 3, supported: 6, external: [] },
    { type: 5, supported: 1, external: [] },
  ],
};

/** Of the offer above: byte 0 of the message is at index 0. */
const wire = hex(
  '12 e3 03 00 2c00 01 02 90000000 03000000',
  run(0, 12),
  '00 00 00 00 02 20 1800 03 20 0600 05 20 0100',
);

/** The offer with other bytes at an offset. */
function changed(at: number, ...bytes: readonly number[]): Uint8Array {
  const copy = wire.slice();
  copy.set(bytes, at);
  return copy;
}

function decode(bytes: Uint8Array): unknown {
  return decodeNegotiateAlgorithms(bytes, agreed(0x12));
}

describe('spdm NEGOTIATE_ALGORITHMS and ALGORITHMS', () => {
  it('spdm abi algorithms: the request (DSP0274 1.2, NEGOTIATE_ALGORITHMS)', () => {
    const decoded = decodeNegotiateAlgorithms(wire, { version: 0x12, algorithms: undefined });
    golden(wire, offer, encodeNegotiateAlgorithms(offer), decoded);
  });

  it('spdm abi algorithms: the request with extended algorithms, and a log specification in version 1.3 (DSP0274 1.3, NEGOTIATE_ALGORITHMS)', () => {
    const bytes = hex(
      '13 e3 01 00 3000 01 12 10000000 01000000',
      run(0, 12),
      '01 01 00 01 44332211 88776655 03 21 0200 ccbbaa99',
    );
    const message: NegotiateAlgorithms = {
      ...{ version: 0x13, measurementSpec: 1, otherParams: 0x12, baseAsym: 0x10, baseHash: 1 },
      ...{ melSpec: 1, extAsym: [0x11223344], extHash: [0x55667788] },
      structs: [{ type: 3, supported: 2, external: [0x99aabbcc] }],
    };
    const decoded = decodeNegotiateAlgorithms(bytes, agreed(0x13));
    golden(bytes, message, encodeNegotiateAlgorithms(message), decoded);
  });

  it('spdm abi algorithms: the request of version 1.0 has no structures, whatever its parameter says (DSP0274 1.0, NEGOTIATE_ALGORITHMS)', () => {
    const bytes = hex('10 e3 05 00 2000 01 ff 10000000 01000000', run(0, 16));
    const { message } = decodeNegotiateAlgorithms(bytes, agreed(0x10));
    expect(message).to.include({ otherParams: 0, melSpec: 0, baseAsym: 0x10 });
    expect(message.structs).to.deep.equal([]);
    const encoded = encodeNegotiateAlgorithms({
      ...message,
      otherParams: 2,
      structs: offer.structs,
    });
    expect(encoded).to.have.length(32);
    expect(encoded[2]).to.equal(0);
    expect(encoded[7]).to.equal(0);
  });

  it('spdm abi algorithms: a length of a byte more or less is refused (DSP0274 1.2, NEGOTIATE_ALGORITHMS, Length)', () => {
    refused(() => decode(changed(4, 0x2b)));
    refused(() => decode(changed(4, 0x2d)));
    refused(() => decode(changed(4, 0)));
  });

  it('spdm abi algorithms: more than 20 extended algorithms are refused, 8 in version 1.0 (DSP0274 1.2, NEGOTIATE_ALGORITHMS, ExtAsymCount)', () => {
    refused(() => decode(changed(28, 21)));
    refused(() => decode(changed(29, 21)));
    const request = (version: 0x10 | 0x12, count: number): Uint8Array =>
      encodeNegotiateAlgorithms({
        ...{ ...offer, version, otherParams: 0, structs: [] },
        extAsym: Array.from({ length: count }, () => 0),
      });
    expect(decodeNegotiateAlgorithms(request(0x10, 8), agreed(0x10)).length).to.equal(64);
    refused(() => decodeNegotiateAlgorithms(request(0x10, 9), agreed(0x10)));
    expect(decodeNegotiateAlgorithms(request(0x12, 20), agreed(0x12)).length).to.equal(112);
    refused(() => decodeNegotiateAlgorithms(request(0x12, 21), agreed(0x12)));
  });

  it('spdm abi algorithms: extended algorithms of structures count as well, and 128 bytes are the most (DSP0274 1.2, NEGOTIATE_ALGORITHMS)', () => {
    const request = (inStructs: number, before: number): Uint8Array =>
      encodeNegotiateAlgorithms({
        ...offer,
        extHash: Array.from({ length: before }, () => 0),
        structs: offer.structs.map((struct, at) => ({
          ...struct,
          external: at === 0 ? Array.from({ length: inStructs }, () => 0) : [],
        })),
      });
    expect(decodeNegotiateAlgorithms(request(15, 5), agreed(0x12)).length).to.equal(124);
    refused(() => decode(request(15, 6)));
    const long = encodeNegotiateAlgorithms({
      ...offer,
      extHash: Array.from({ length: 20 }, () => 0),
      structs: [
        ...offer.structs.slice(0, 2),
        { type: 4, supported: 0, external: [] },
        offer.structs[2]!,
      ],
    });
    expect(long).to.have.length(128);
    expect(decodeNegotiateAlgorithms(long, agreed(0x12)).length).to.equal(128);
  });

  it('spdm abi algorithms: a structure without two bytes of fixed algorithms is refused (DSP0274 1.2, NEGOTIATE_ALGORITHMS, AlgCount)', () => {
    refused(() => decode(changed(33, 0x10)));
    refused(() => decode(changed(33, 0x30)));
    refused(() => decode(changed(33, 0x2f)));
    refused(() => decode(changed(41, 0x2f)));
  });

  it('spdm abi algorithms: types of structures that do not increase, or that there are not, are refused (DSP0274 1.2, NEGOTIATE_ALGORITHMS, AlgType)', () => {
    refused(() => decode(changed(36, 2)));
    refused(() => decode(changed(32, 4)));
    refused(() => decode(changed(32, 1)));
    refused(() => decode(changed(40, 6)));
  });

  it('spdm abi algorithms: a number of structures that is not that of the message is refused (DSP0274 1.2, NEGOTIATE_ALGORITHMS, Param1)', () => {
    refused(() => decode(changed(2, 2)));
    refused(() => decode(changed(2, 4)));
    refused(() => decode(changed(2, 0)));
  });

  it('spdm abi algorithms: reserved bytes are ignored (DSP0274 1.2, Reserved and unassigned values)', () => {
    const { message } = decodeNegotiateAlgorithms(
      changed(16, ...Array.from({ length: 12 }, () => 0xff)),
      agreed(0x12),
    );
    expect(message).to.deep.equal(offer);
  });

  it('spdm abi algorithms: the response (DSP0274 1.3, ALGORITHMS)', () => {
    const bytes = hex(
      '13 63 03 00 3000 01 02 02000000 10000000 01000000',
      run(0, 11),
      '01 00 00 0000 02 20 0800 03 20 0200 05 20 0100',
    );
    const message: AlgorithmsMessage = {
      ...algorithmsMessage(0x13, usual),
      melSpec: 1,
    };
    golden(bytes, message, encodeAlgorithms(message), decodeAlgorithms(bytes, agreed(0x13)));
  });
});

describe('spdm algorithms selected', () => {
  const message = algorithmsMessage(0x12, usual);

  it('spdm abi selection: what a response selects is what it was made from (DSP0274 1.2, ALGORITHMS)', () => {
    expect(algorithmsOf(message)).to.deep.equal(usual);
    const { dhe, aead, measurementHash, ...few } = usual;
    expect([dhe, aead, measurementHash]).to.not.include(undefined);
    const none = { ...few, measurementSpec: 0 as const, keySchedule: false };
    const plain = algorithmsMessage(0x12, none);
    expect(plain).to.include({ measurementHash: 0, measurementSpec: 0 });
    expect(plain.structs).to.deep.equal([]);
    expect(algorithmsOf(plain)).to.deep.equal(none);
    const raw = { ...usual, measurementHash: 'raw' as const };
    expect(algorithmsMessage(0x12, raw).measurementHash).to.equal(1);
    expect(algorithmsOf(algorithmsMessage(0x12, raw))).to.deep.equal(raw);
  });

  it('spdm abi selection: several bits, an unknown bit, or none where one is needed, are refused (DSP0274 1.2, ALGORITHMS)', () => {
    const wrong: readonly Partial<AlgorithmsMessage>[] = [
      { baseHash: 3 },
      { baseHash: 0 },
      { baseHash: 0x40 },
      { baseAsym: 0x11 },
      { baseAsym: 0 },
      { baseAsym: 0x100 },
      { measurementHash: 6 },
      { measurementSpec: 2 },
      { structs: [{ type: 2, supported: 0x18, external: [] }] },
      { structs: [{ type: 3, supported: 8, external: [] }] },
      { structs: [{ type: 5, supported: 3, external: [] }] },
    ];
    for (const fields of wrong) {
      expect(() => algorithmsOf({ ...message, ...fields }), JSON.stringify(fields))
        .to.throw(MdevError)
        .that.includes({ code: 'EPROTONOSUPPORT', reason: 'doe.spdm-algorithms' });
    }
  });
});
