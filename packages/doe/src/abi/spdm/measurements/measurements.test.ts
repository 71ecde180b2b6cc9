import { expect } from 'chai';
import { describe, it } from 'mocha';
import { agreed, hex, refused, usual } from '../golden.test-support.js';
import { hashAlgorithms } from '../index.js';
import { digest, hexOf, needOpenssl } from '../openssl.test-support.js';
import { decodeBlocks, encodeBlock, encodeBlocks, summaryHash } from './index.js';

const rom = { index: 1, type: 0, raw: false, value: hex('1111') };
const firmware = { index: 2, type: 1, raw: true, value: hex('22') };
const config = { index: 3, type: 2, raw: false, value: hex('333333') };

const romWire = '01 01 0500 00 0200 1111';
const firmwareWire = '02 01 0400 81 0100 22';
const configWire = '03 01 0600 02 0300 333333';

describe('spdm measurement blocks', () => {
  it('spdm abi measurement block: index, specification, sizes, type and value (DSP0274 1.2, Measurement block)', () => {
    expect(hexOf(encodeBlock(rom))).to.equal(hexOf(hex(romWire)));
    expect(hexOf(encodeBlock(firmware))).to.equal(hexOf(hex(firmwareWire)));
    const record = hex(romWire, firmwareWire, configWire);
    expect(hexOf(encodeBlocks([rom, firmware, config]))).to.equal(hexOf(record));
    expect(decodeBlocks(record, 3)).to.deep.equal([rom, firmware, config]);
    expect(decodeBlocks(hex(''), 0)).to.deep.equal([]);
  });

  it('spdm abi measurement block: indexes 0 and 255 are no indexes (DSP0274 1.2, Measurement block, Index)', () => {
    refused(() => decodeBlocks(hex('00 01 0400 00 0100 11'), 1));
    refused(() => decodeBlocks(hex('ff 01 0400 00 0100 11'), 1));
    expect(decodeBlocks(hex('fe 01 0400 00 0100 11'), 1)[0]!.index).to.equal(254);
    expect(encodeBlock({ ...rom, index: 254 })[0]).to.equal(254);
    expect(() => encodeBlock({ ...rom, index: 0 })).to.throw(RangeError);
    expect(() => encodeBlock({ ...rom, index: 255 })).to.throw(RangeError);
    expect(() => encodeBlock({ ...rom, type: 0x80 })).to.throw(RangeError);
  });

  it('spdm abi measurement block: another specification than DMTF, sizes that differ and bytes behind are refused (DSP0274 1.2, Measurement block)', () => {
    refused(() => decodeBlocks(hex('01 02 0400 00 0100 11'), 1));
    refused(() => decodeBlocks(hex('01 01 0500 00 0100 11 00'), 1));
    refused(() => decodeBlocks(hex('01 01 0300 00 0100 11'), 1));
    refused(() => decodeBlocks(hex('01 01 0400 00 0100 11 00'), 1));
    refused(() => decodeBlocks(hex('01 01 0400 00 0100'), 1));
    refused(() => decodeBlocks(hex('01 01 0200 00 ffff'), 1));
    refused(() => decodeBlocks(hex(romWire), 2));
    refused(() => decodeBlocks(hex(romWire), 0));
  });
});

describe('spdm summaries of measurements', () => {
  const blocks = [rom, firmware, config];

  it('spdm abi summary hash: over whole blocks from version 1.2 on (DSP0274 1.2, CHALLENGE_AUTH, MeasurementSummaryHash)', function () {
    needOpenssl(this);
    const all = summaryHash(blocks, 0xff, agreed(0x12))!;
    expect(hexOf(all)).to.equal(hexOf(digest('sha256', hex(romWire, firmwareWire, configWire))));
    const context = agreed(0x13, { ...usual, hash: hashAlgorithms[1]! });
    const base = summaryHash(blocks, 1, context)!;
    expect(hexOf(base)).to.equal(hexOf(digest('sha384', hex(romWire, firmwareWire))));
  });

  it('spdm abi summary hash: over what was measured alone before (DSP0274 1.1, CHALLENGE_AUTH, MeasurementSummaryHash)', function () {
    needOpenssl(this);
    const measured = hex('00 0200 1111', '81 0100 22', '02 0300 333333');
    const hash = hexOf(digest('sha256', measured));
    for (const version of [0x10, 0x11] as const) {
      expect(hexOf(summaryHash(blocks, 0xff, agreed(version))!)).to.equal(hash);
    }
  });

  it('spdm abi summary hash: none if none is asked for (DSP0274 1.2, CHALLENGE, Param2)', () => {
    expect(summaryHash(blocks, 0, agreed(0x12))).to.equal(undefined);
  });
});
