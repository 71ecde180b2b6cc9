import { expect } from 'chai';
import { describe, it } from 'mocha';
import { agreed, filled, golden, hex, refused, run, usual } from '../golden.test-support.js';
import { hashAlgorithms } from '../index.js';
import {
  decodeCertificate,
  decodeDigests,
  decodeGetCertificate,
  decodeGetDigests,
  encodeCertificate,
  encodeDigests,
  encodeGetCertificate,
  encodeGetDigests,
  slotsOf,
  type Certificate,
  type Digests,
  type GetCertificate,
} from './index.js';

describe('spdm GET_DIGESTS and DIGESTS', () => {
  it('spdm abi digests: the request (DSP0274 1.2, GET_DIGESTS)', () => {
    const bytes = hex('12 81 00 00');
    const message = { version: 0x12 } as const;
    golden(bytes, message, encodeGetDigests(message), decodeGetDigests(bytes, agreed(0x12)));
  });

  it('spdm abi digests: one digest for each bit of the slot mask, as long as the hash (DSP0274 1.2, DIGESTS)', () => {
    const bytes = hex('12 01 00 81', run(0xaa, 48), run(0xbb, 48));
    const message: Digests = {
      ...{ version: 0x12, supportedMask: 0, slotMask: 0x81 },
      digests: [filled(0xaa, 48), filled(0xbb, 48)],
    };
    const context = agreed(0x12, { ...usual, hash: hashAlgorithms[1]! });
    golden(bytes, message, encodeDigests(message), decodeDigests(bytes, context));
    expect(slotsOf(0x81)).to.deep.equal([0, 7]);
  });

  it('spdm abi digests: slots that there are stand in the response from version 1.3 on (DSP0274 1.3, DIGESTS)', () => {
    const bytes = hex('13 01 07 01', run(0xaa, 32));
    const digests = [filled(0xaa, 32)];
    const message: Digests = { version: 0x13, supportedMask: 7, slotMask: 1, digests };
    golden(bytes, message, encodeDigests(message), decodeDigests(bytes, agreed(0x13)));
    const older = hex('12 01 07 01', run(0xaa, 32));
    expect(decodeDigests(older, agreed(0x12)).message.supportedMask).to.equal(0);
    expect(encodeDigests({ ...message, version: 0x12 })[2]).to.equal(0);
  });

  it('spdm abi digests: another number of digests than the slot mask has bits is a mistake of the program (own rule)', () => {
    const message: Digests = { version: 0x12, supportedMask: 0, slotMask: 3, digests: [] };
    expect(() => encodeDigests(message)).to.throw(RangeError, 'slot mask 3');
  });
});

describe('spdm GET_CERTIFICATE and CERTIFICATE', () => {
  it('spdm abi certificate: the request (DSP0274 1.2, GET_CERTIFICATE)', () => {
    const bytes = hex('12 82 03 00 0201 ffff');
    const fields = { version: 0x12, slot: 3, offset: 0x0102, length: 0xffff } as const;
    const message: GetCertificate = { ...fields, slotSizeRequested: false };
    const decoded = decodeGetCertificate(bytes, agreed(0x12));
    golden(bytes, message, encodeGetCertificate(message), decoded);
  });

  it('spdm abi certificate: only the size of a slot can be asked for from version 1.3 on (DSP0274 1.3, GET_CERTIFICATE, SlotSizeRequested)', () => {
    const bytes = hex('13 82 00 01 0000 0000');
    const fields = { version: 0x13, slot: 0, offset: 0, length: 0 } as const;
    const message: GetCertificate = { ...fields, slotSizeRequested: true };
    const decoded = decodeGetCertificate(bytes, agreed(0x13));
    golden(bytes, message, encodeGetCertificate(message), decoded);
    const older = decodeGetCertificate(hex('12 82 00 01 0000 0000'), agreed(0x12));
    expect(older.message.slotSizeRequested).to.equal(false);
    expect(encodeGetCertificate({ ...message, version: 0x12 })[3]).to.equal(0);
  });

  it('spdm abi certificate: slots are 0 to 7, in the lower half of a byte (DSP0274 1.2, GET_CERTIFICATE, Param1)', () => {
    refused(() => decodeGetCertificate(hex('12 82 08 00 0000 0000'), agreed(0x12)));
    refused(() => decodeGetCertificate(hex('12 82 0f 00 0000 0000'), agreed(0x12)));
    const { message } = decodeGetCertificate(hex('12 82 f7 00 0000 0000'), agreed(0x12));
    expect(message.slot).to.equal(7);
  });

  it('spdm abi certificate: the response (DSP0274 1.2, CERTIFICATE)', () => {
    const bytes = hex('12 02 01 00 0300 4e02 aabbcc');
    const portion = hex('aabbcc');
    const message: Certificate = { version: 0x12, slot: 1, portion, remainder: 0x24e };
    golden(bytes, message, encodeCertificate(message), decodeCertificate(bytes, agreed(0x12)));
  });

  it('spdm abi certificate: a portion that is not all there, or has more behind it, is refused (DSP0274 1.2, CERTIFICATE, PortionLength)', () => {
    refused(() => decodeCertificate(hex('12 02 01 00 0400 4e02 aabbcc'), agreed(0x12)));
    refused(() => decodeCertificate(hex('12 02 01 00 0200 4e02 aabbcc'), agreed(0x12)));
    refused(() => decodeCertificate(hex('12 02 01 00 ffff 0000 aabbcc'), agreed(0x12)));
  });
});
