import { expect } from 'chai';
import { describe, it } from 'mocha';
import { golden, hex, refused } from '../golden.test-support.js';
import {
  decodeGetVersion,
  decodeVersion,
  encodeGetVersion,
  encodeVersion,
  knownVersions,
  readHeader,
  versionEntry,
} from './index.js';

describe('spdm GET_VERSION and VERSION', () => {
  it('spdm abi version: the request is four bytes of version 1.0 (DSP0274 1.3, GET_VERSION)', () => {
    const bytes = hex('10 84 00 00');
    golden(bytes, { version: 0x10 }, encodeGetVersion(), decodeGetVersion(bytes));
  });

  it('spdm abi version: the response lists 16 bits for each version (DSP0274 1.3, VERSION)', () => {
    const bytes = hex('10 04 00 00 00 04 0010 0011 0012 0013');
    const message = { versions: [0x1000, 0x1100, 0x1200, 0x1300] };
    golden(bytes, message, encodeVersion(message), decodeVersion(bytes));
  });

  it('spdm abi version: a response that lists none is refused (DSP0274 1.3, VERSION)', () => {
    refused(() => decodeVersion(hex('10 04 00 00 00 00')));
  });

  it('spdm abi version: a count of more entries than there are is refused (DSP0274 1.3, VERSION)', () => {
    refused(() => decodeVersion(hex('10 04 00 00 00 ff 0010 0011')));
  });

  it('spdm abi version: of a list the versions that are spoken are chosen, newest first, and no alpha version (DSP0274 1.3, VERSION)', () => {
    const versions = [0x1000, 0x1110, 0x1201, 0x1300, 0x1400, 0x2000];
    expect(knownVersions({ versions })).to.deep.equal([0x13, 0x11, 0x10]);
    expect(versionEntry(0x12)).to.equal(0x1200);
  });

  it('spdm abi header: any four bytes are a header, fewer are none (DSP0274 1.3, SPDM messages)', () => {
    const header = { version: 0xff, code: 1, param1: 2, param2: 3 };
    expect(readHeader(hex('ff 01 02 03 04'))).to.deep.equal(header);
    refused(() => readHeader(hex('12 84 00')));
  });
});
