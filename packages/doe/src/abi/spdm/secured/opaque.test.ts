import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { MdevError } from '@mdevkit/core';
import { hex, refused } from '../golden.test-support.js';
import { hexOf } from '../openssl.test-support.js';
import {
  decodeSelectedVersion,
  decodeSupportedVersions,
  encodeSelectedVersion,
  encodeSupportedVersions,
} from './index.js';

const DSP = 'DSP0277 1.1, Secured Message opaque element';

describe('spdm opaque data of key exchanges', () => {
  it(`spdm abi opaque data: versions that the requester knows (${DSP})`, () => {
    const bytes = hex('01000000 00 00 0500 01 01 01 0011 000000');
    expect(hexOf(encodeSupportedVersions(0x12, [0x1100]))).to.equal(hexOf(bytes));
    expect(decodeSupportedVersions(0x12, bytes)).to.deep.equal([0x1100]);
    const two = encodeSupportedVersions(0x13, [0x1100, 0x1200]);
    expect(hexOf(two)).to.equal(hexOf(hex('01000000 00 00 0700 01 01 02 0011 0012 00')));
    expect(decodeSupportedVersions(0x13, two)).to.deep.equal([0x1100, 0x1200]);
  });

  it(`spdm abi opaque data: the version that the responder chose (${DSP})`, () => {
    const bytes = hex('01000000 00 00 0400 01 00 0011');
    expect(hexOf(encodeSelectedVersion(0x12, 0x1100))).to.equal(hexOf(bytes));
    expect(decodeSelectedVersion(0x12, bytes)).to.equal(0x1100);
  });

  it('spdm abi opaque data: before version 1.2 the table has another head (DSP0277 1.0, General opaque data format)', () => {
    const asked = hex('46544d44 01 01 0000 00 00 0500 01 01 01 0011 000000');
    expect(hexOf(encodeSupportedVersions(0x11, [0x1100]))).to.equal(hexOf(asked));
    expect(decodeSupportedVersions(0x11, asked)).to.deep.equal([0x1100]);
    const chosen = hex('46544d44 01 01 0000 00 00 0400 01 00 0011');
    expect(hexOf(encodeSelectedVersion(0x11, 0x1100))).to.equal(hexOf(chosen));
    expect(decodeSelectedVersion(0x11, chosen)).to.equal(0x1100);
    refused(() => decodeSelectedVersion(0x11, hex('45544d44', hexOf(chosen.subarray(4)))));
    refused(() => decodeSelectedVersion(0x11, hex('46544d44 02', hexOf(chosen.subarray(5)))));
  });

  it(`spdm abi opaque data: elements of others are passed over (${DSP})`, () => {
    const vendor = '03 02 f41a 0300 aabbcc 0000 00';
    const bytes = hex('02000000', vendor, '00 00 0400 01 00 0012');
    expect(decodeSelectedVersion(0x12, bytes)).to.equal(0x1200);
    expect(decodeSelectedVersion(0x12, hex('01000000', vendor))).to.equal(undefined);
    expect(decodeSelectedVersion(0x12, hex(''))).to.equal(undefined);
    expect(decodeSupportedVersions(0x12, hex('00000000'))).to.deep.equal([]);
    expect(decodeSupportedVersions(0x12, hex('01000000 00 00 0400 01 00 0012'))).to.deep.equal([]);
    expect(decodeSelectedVersion(0x12, hex('01000000 00 00 0400 02 00 0012'))).to.equal(undefined);
  });

  it(`spdm abi opaque data: elements that are not all there are refused (${DSP})`, () => {
    refused(() => decodeSelectedVersion(0x12, hex('02000000 00 00 0400 01 00 0011')));
    refused(() => decodeSelectedVersion(0x12, hex('01000000 00 00 0500 01 00 0011')));
    refused(() => decodeSelectedVersion(0x12, hex('01000000 00 00 0300 01 00 00 00')));
    refused(() => decodeSelectedVersion(0x12, hex('01000000 00 ff 0400 01 00 0011')));
    refused(() => decodeSelectedVersion(0x12, hex('0100')));
    refused(() => decodeSupportedVersions(0x12, hex('01000000 00 00 0500 01 01 02 0011 000000')));
  });

  it('spdm abi opaque data: no bytes do any harm (own rule)', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.constantFrom(0x11, 0x12),
        (bytes, version) => {
          const start = version === 0x11 ? hex('46544d44 01') : hex('');
          for (const read of [decodeSelectedVersion, decodeSupportedVersions]) {
            try {
              read(version, Uint8Array.of(...start, ...bytes));
            } catch (error) {
              expect(error).to.be.instanceOf(MdevError);
            }
          }
        },
      ),
      { seed: 20261121, numRuns: 500 },
    );
  });
});
