import { expect } from 'chai';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  decodeObjectHeader,
  encodeObject,
  MOST_PAYLOAD,
  OBJECT_HEADER_SIZE,
  readObjectHeader,
} from './data-object.js';
import {
  decodeDiscoveryRequest,
  decodeDiscoveryResponse,
  encodeDiscoveryRequest,
  encodeDiscoveryResponse,
  NO_VENDOR,
} from './discovery.js';
import { discoveryId, featureKey, featureName, isDiscovery, isSameObject } from './object-id.js';

const cdat = { vendor: 0x1e98, type: 2 };

describe('data objects (PCI Express Base Specification 6.0, section 6.30.1)', () => {
  it('doe object: vendor, type and length in words are before the payload, zeros behind it', () => {
    expect([...encodeObject(cdat, Uint8Array.of(1, 2, 3, 4, 5))]).to.deep.equal([
      0x98, 0x1e, 2, 0, 4, 0, 0, 0, 1, 2, 3, 4, 5, 0, 0, 0,
    ]);
    expect([...encodeObject(discoveryId, new Uint8Array())]).to.deep.equal([
      1, 0, 0, 0, 2, 0, 0, 0,
    ]);
  });

  it('doe object: a length of 2^18 words is written as 0, and nothing longer exists', () => {
    const longest = encodeObject(cdat, new Uint8Array(MOST_PAYLOAD));
    expect(longest).to.have.length(2 ** 20);
    const view = new DataView(longest.buffer);
    expect(view.getUint32(4, true)).to.equal(0);
    expect(readObjectHeader(view.getUint32(0, true), 0)).to.deep.equal({
      ...cdat,
      length: 2 ** 18,
    });
    expect(() => encodeObject(cdat, new Uint8Array(MOST_PAYLOAD + 1))).to.throw(
      RangeError,
      'has room for 1048568 bytes, not 1048569',
    );
  });

  it('doe object: reserved bits of a header are ignored', () => {
    expect(readObjectHeader(0xff021e98, 0xfffc0003)).to.deep.equal({ ...cdat, length: 3 });
  });

  it('doe object: a header that is cut off, or lies in the middle of a buffer, is read by its own bytes', () => {
    const within = new Uint8Array([9, 9, 9, 9, ...encodeObject(cdat, new Uint8Array(4)), 9]);
    expect(decodeObjectHeader(within.subarray(4, 16))).to.deep.equal({ ...cdat, length: 3 });
    expect(decodeObjectHeader(within.subarray(4, 8))).to.deep.equal({ ...cdat, length: 2 ** 18 });
    expect(decodeObjectHeader(new Uint8Array())).to.deep.equal({
      vendor: 0,
      type: 0,
      length: 2 ** 18,
    });
  });

  it('doe object: what is written is read (property)', () => {
    fc.assert(
      fc.property(
        fc.nat(0xffff),
        fc.nat(0xff),
        fc.uint8Array({ maxLength: 70 }),
        (vendor, type, payload) => {
          const object = encodeObject({ vendor, type }, payload);
          expect(decodeObjectHeader(object)).to.deep.equal({
            vendor,
            type,
            length: object.length / 4,
          });
          const back = object.subarray(OBJECT_HEADER_SIZE);
          expect(back.length - payload.length).to.be.within(0, 3);
          expect([...back.subarray(0, payload.length)]).to.deep.equal([...payload]);
        },
      ),
      { seed: 20261121, numRuns: 200 },
    );
  });

  it('doe object: names of features are those of the kernel (Documentation/ABI/testing/sysfs-bus-pci)', () => {
    expect([discoveryId, cdat].map(featureName)).to.deep.equal(['0001:00', '1e98:02']);
    expect(featureKey({ vendor: 0x1e98, type: 0xff })).to.equal(0xff1e98);
    expect(isSameObject(cdat, { ...cdat })).to.equal(true);
    // What no header has room for is nothing that there is.
    expect(isDiscovery({ vendor: 0x1_0001, type: 0 })).to.equal(false);
  });
});

describe('discovery (PCI Express Base Specification 6.1, section 6.30.1.1)', () => {
  it('doe discovery words: index and version are asked, vendor, type and next index answered', () => {
    expect([...encodeDiscoveryRequest({ index: 3, version: 2 })]).to.deep.equal([3, 2, 0, 0]);
    expect([...encodeDiscoveryResponse({ ...cdat, next: 4 })]).to.deep.equal([0x98, 0x1e, 2, 4]);
    expect(decodeDiscoveryRequest(Uint8Array.of(3, 2, 9, 9))).to.deep.equal({
      index: 3,
      version: 2,
    });
    expect(decodeDiscoveryResponse(Uint8Array.of(0xff, 0xff, 0xff, 0xff))).to.deep.equal({
      vendor: NO_VENDOR,
      type: 0xff,
      next: 0xff,
    });
  });

  it('doe discovery words: a fourth word of a later specification is passed over', () => {
    const long = Uint8Array.of(1, 0, 1, 2, 0xff, 0xff, 3, 0);
    expect(decodeDiscoveryResponse(long)).to.deep.equal({ vendor: 1, type: 1, next: 2 });
  });

  it('doe discovery words: a payload without a word is none', () => {
    for (const length of [0, 1, 3]) {
      expect(decodeDiscoveryRequest(new Uint8Array(length))).to.equal(undefined);
      expect(decodeDiscoveryResponse(new Uint8Array(length))).to.equal(undefined);
    }
  });
});
