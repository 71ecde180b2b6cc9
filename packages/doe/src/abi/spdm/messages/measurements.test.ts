import { expect } from 'chai';
import { describe, it } from 'mocha';
import { agreed, filled, golden, hex, refused, run } from '../golden.test-support.js';
import { encodeBlocks } from '../index.js';
import {
  decodeGetMeasurements,
  decodeMeasurements,
  encodeGetMeasurements,
  encodeMeasurements,
  type GetMeasurements,
  type MeasurementsBody,
} from './index.js';

const nonce = filled(0xaa, 32);

describe('spdm GET_MEASUREMENTS', () => {
  const wishes = { operation: 0xff, raw: false, pending: false, slot: 0 } as const;

  it('spdm abi measurements: a request without a signature is four bytes (DSP0274 1.2, GET_MEASUREMENTS)', () => {
    const bytes = hex('12 e0 02 05');
    const message: GetMeasurements = { ...wishes, version: 0x12, operation: 5, raw: true };
    const decoded = decodeGetMeasurements(bytes, agreed(0x12));
    golden(bytes, message, encodeGetMeasurements(message), decoded);
  });

  it('spdm abi measurements: a request for a signature has a nonce, and no slot in version 1.0 (DSP0274 1.0, GET_MEASUREMENTS)', () => {
    const bytes = hex('10 e0 01 ff', run(0xaa, 32));
    const message: GetMeasurements = { ...wishes, version: 0x10, nonce };
    const decoded = decodeGetMeasurements(bytes, agreed(0x10));
    golden(bytes, message, encodeGetMeasurements(message), decoded);
  });

  it('spdm abi measurements: a request for a signature has a slot from version 1.1 on (DSP0274 1.1, GET_MEASUREMENTS, SlotIDParam)', () => {
    const bytes = hex('11 e0 01 ff', run(0xaa, 32), '03');
    const message: GetMeasurements = { ...wishes, version: 0x11, nonce, slot: 3 };
    const decoded = decodeGetMeasurements(bytes, agreed(0x11));
    golden(bytes, message, encodeGetMeasurements(message), decoded);
    refused(() => decodeGetMeasurements(hex('11 e0 01 ff', run(0, 32), '08'), agreed(0x11)));
  });

  it('spdm abi measurements: a request has a context in version 1.3, with a signature and without (DSP0274 1.3, GET_MEASUREMENTS, RequesterContext)', () => {
    const context = hex('0102030405060708');
    const plain = hex('13 e0 04 00 0102030405060708');
    const count: GetMeasurements = {
      ...{ ...wishes, version: 0x13, operation: 0, pending: true },
      context,
    };
    const decoded = decodeGetMeasurements(plain, agreed(0x13));
    golden(plain, count, encodeGetMeasurements(count), decoded);
    const signed = hex('13 e0 01 ff', run(0xaa, 32), '01 0102030405060708');
    const all: GetMeasurements = { ...wishes, version: 0x13, slot: 1, nonce, context };
    const second = decodeGetMeasurements(signed, agreed(0x13));
    golden(signed, all, encodeGetMeasurements(all), second);
  });

  it('spdm abi measurements: attributes that a version does not have mean nothing in it (DSP0274 1.1 and 1.2, GET_MEASUREMENTS, Param1)', () => {
    const older = decodeGetMeasurements(hex('11 e0 fe ff'), agreed(0x11)).message;
    expect(older).to.include({ raw: false, pending: false });
    const newer = decodeGetMeasurements(hex('12 e0 fe ff'), agreed(0x12)).message;
    expect(newer).to.include({ raw: true, pending: false });
    const message = { ...wishes, raw: true, pending: true };
    expect(encodeGetMeasurements({ ...message, version: 0x11 })[2]).to.equal(0);
    expect(encodeGetMeasurements({ ...message, version: 0x12 })[2]).to.equal(2);
    expect(encodeGetMeasurements({ ...message, version: 0x13 })[2]).to.equal(6);
  });
});

describe('spdm MEASUREMENTS', () => {
  const record = hex('01 01 0500 00 0200 1111 02 01 0400 81 0100 22');
  const blocks = [
    { index: 1, type: 0, raw: false, value: hex('1111') },
    { index: 2, type: 1, raw: true, value: hex('22') },
  ];
  const body: MeasurementsBody = {
    ...{ version: 0x12, count: 0, slot: 3, contentChanged: 0x20, blockCount: 2, record, nonce },
    opaque: hex(''),
  };
  const head = ['02 110000', '01 01 0500 00 0200 1111 02 01 0400 81 0100 22'];

  it('spdm abi measurements: the response, and the bytes that its signature is over (DSP0274 1.2, MEASUREMENTS)', () => {
    const context = agreed(0x12);
    const { size } = context.algorithms.signature;
    const bytes = hex('12 60 00 23', ...head, run(0xaa, 32), '0000', run(0x55, size));
    const signature = filled(0x55, size);
    const message = { ...body, blocks, signature, signedLength: 59 };
    const decoded = decodeMeasurements(bytes, context, { signed: true });
    golden(bytes, message, encodeMeasurements(body, signature), decoded);
    expect(encodeMeasurements(body)).to.deep.equal(bytes.subarray(0, 59));
  });

  it('spdm abi measurements: the response to a request for the count has no block, but a nonce (DSP0274 1.3, MEASUREMENTS)', () => {
    const bytes = hex('13 60 07 00 00 000000', run(0xaa, 32), '0000 0102030405060708');
    const none = { ...body, version: 0x13, count: 7, slot: 0, contentChanged: 0 } as const;
    const empty: MeasurementsBody = {
      ...{ ...none, blockCount: 0, record: hex('') },
      context: hex('0102030405060708'),
    };
    const message = { ...empty, blocks: [], signedLength: bytes.length };
    const decoded = decodeMeasurements(bytes, agreed(0x13), { signed: false });
    golden(bytes, message, encodeMeasurements(empty), decoded);
  });

  it('spdm abi measurements: slot and change are of later versions, and the slot of signed responses (DSP0274 1.0 to 1.2, MEASUREMENTS, Param2)', () => {
    const response = (version: string, size: number): Uint8Array =>
      hex(version, '60 00 23', ...head, run(0xaa, 32), '0000', run(0, size));
    const { size } = agreed(0x10).algorithms.signature;
    const read = (version: 0x10 | 0x11 | 0x12, signed: boolean): object => {
      const bytes = response(version.toString(16), signed ? size : 0);
      const { slot, contentChanged } = decodeMeasurements(bytes, agreed(version), {
        signed,
      }).message;
      return { slot, contentChanged };
    };
    expect(read(0x10, true)).to.deep.equal({ slot: 0, contentChanged: 0 });
    expect(read(0x11, true)).to.deep.equal({ slot: 3, contentChanged: 0 });
    expect(read(0x12, true)).to.deep.equal({ slot: 3, contentChanged: 0x20 });
    expect(read(0x12, false)).to.deep.equal({ slot: 0, contentChanged: 0x20 });
    expect(encodeMeasurements({ ...body, version: 0x11 })[3]).to.equal(3);
  });

  it('spdm abi measurements: a record that is not as many blocks as said is refused (DSP0274 1.2, MEASUREMENTS, NumberOfBlocks)', () => {
    const response = (count: string, length: string): Uint8Array =>
      hex('12 60 00 00', count, length, head[1]!, run(0xaa, 32), '0000');
    const parts = { signed: false };
    expect(decodeMeasurements(response('02', '110000'), agreed(0x12), parts).length).to.equal(59);
    refused(() => decodeMeasurements(response('01', '110000'), agreed(0x12), parts));
    refused(() => decodeMeasurements(response('03', '110000'), agreed(0x12), parts));
    refused(() => decodeMeasurements(response('02', '100000'), agreed(0x12), parts));
    refused(() => decodeMeasurements(response('02', 'ffffff'), agreed(0x12), parts));
  });

  it('spdm abi measurements: the length of a record has 24 bits (DSP0274 1.2, MEASUREMENTS, MeasurementRecordLength)', () => {
    const value = filled(0x77, 0xfff0);
    const large = [1, 2].map((index) => ({ index, type: 1, raw: true, value }));
    const long = encodeMeasurements({ ...body, slot: 0, record: encodeBlocks(large) });
    expect(long.subarray(5, 8)).to.deep.equal(hex('eeff01'));
    const { message } = decodeMeasurements(long, agreed(0x12), { signed: false });
    expect(message.blocks).to.deep.equal(large);
  });
});
