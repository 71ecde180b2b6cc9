import { expect } from 'chai';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { pcieEndpoint, vendorCapability } from '../capability/index.js';
import { everything } from '../every-builder.test-support.js';
import { Bench } from '../fakes.test-support.js';
import { extendedCapabilities, standardCapabilities } from './capability-walk.js';
import { findVendorCapability, readVendorCapability } from './vendor-reader.js';

/** Config space with a capability list that starts at 0x40. */
function hostile(...patches: readonly (readonly [at: number, ...bytes: number[]])[]): Uint8Array {
  const config = new Uint8Array(256);
  config[0x06] = 0x10;
  config[0x34] = 0x40;
  for (const [at, ...bytes] of patches) {
    config.set(bytes, at);
  }
  return config;
}

const vendorAt = (at: number, next: number, id: number): readonly [number, ...number[]] => [
  at,
  0x09,
  next,
  10,
  1,
  id,
  0,
  5,
  0,
  0xaa,
  0xbb,
];

describe('capability reader', () => {
  it('finds by id what the builder declared, among several', () => {
    const config = new Bench({
      capabilities: [
        vendorCapability({ id: 1, version: 10, payload: Uint8Array.of(1) }),
        vendorCapability({ id: 2, version: 0xffff, payload: Uint8Array.of(2, 3) }),
        vendorCapability({ id: 0xffff, version: 0 }),
        pcieEndpoint(),
      ],
    }).dump();
    expect(findVendorCapability(config, 2)).to.deep.equal({
      id: 2,
      version: 0xffff,
      payload: Uint8Array.of(2, 3),
    });
    expect(findVendorCapability(config, 0xffff)?.payload).to.have.length(0);
    expect(findVendorCapability(config, 3)).to.equal(undefined);
  });

  it('walks both lists of a function in order', () => {
    const bench = new Bench(everything);
    const config = bench.dump();
    const places = (space: string): number[] =>
      bench.pci.layout.capabilities.filter(({ spec }) => spec.space === space).map(({ at }) => at);
    expect(standardCapabilities(config).map(({ at }) => at)).to.deep.equal(places('standard'));
    expect(extendedCapabilities(config).map(({ at }) => at)).to.deep.equal(places('extended'));
  });

  it('returns a copy of the payload', () => {
    const config = hostile(vendorAt(0x40, 0, 1));
    const found = findVendorCapability(config, 1);
    config.fill(0);
    expect(found?.payload).to.deep.equal(Uint8Array.of(0xaa, 0xbb));
  });

  it('ends at a loop (drivers/pci/pci.h, PCI_FIND_CAP_TTL)', () => {
    const self = hostile(vendorAt(0x40, 0x40, 1));
    expect(standardCapabilities(self)).to.have.length(1);
    const ring = hostile(vendorAt(0x40, 0x60, 1), vendorAt(0x60, 0x40, 2));
    expect(standardCapabilities(ring)).to.have.length(2);
    expect(findVendorCapability(ring, 2)?.version).to.equal(5);
    expect(findVendorCapability(ring, 3)).to.equal(undefined);
  });

  it('ends at a pointer into the header, and ignores the two low bits (drivers/pci/pci.h)', () => {
    expect(standardCapabilities(hostile(vendorAt(0x40, 0x3c, 1)))).to.have.length(1);
    const odd = hostile(vendorAt(0x40, 0x63, 1), vendorAt(0x60, 0, 2));
    expect(findVendorCapability(odd, 2)?.id).to.equal(2);
    odd[0x34] = 0x43;
    expect(findVendorCapability(odd, 1)?.id).to.equal(1);
  });

  it('finds nothing without the capability list bit, or in what is not config space', () => {
    const config = hostile(vendorAt(0x40, 0, 1));
    config[0x06] = 0;
    expect(standardCapabilities(config)).to.deep.equal([]);
    for (const length of [0, 1, 0x34, 0x40, 0x41]) {
      expect(standardCapabilities(hostile(vendorAt(0x40, 0, 1)).subarray(0, length))).to.deep.equal(
        [],
      );
    }
    expect(standardCapabilities(new Uint8Array(4096).fill(0xff))).to.deep.equal([]);
    expect(extendedCapabilities(new Uint8Array(4096).fill(0xff))).to.deep.equal([]);
    expect(extendedCapabilities(new Uint8Array(4096))).to.deep.equal([]);
    expect(extendedCapabilities(new Uint8Array(0x103).fill(1))).to.deep.equal([]);
  });

  it('passes over vendor capabilities with a bad length or layout and goes on', () => {
    for (const [length, layout] of [
      [0, 1],
      [7, 1],
      [255, 1],
      [10, 0],
      [10, 2],
    ] as const) {
      const config = hostile([0x40, 0x09, 0x60, length, layout, 1, 0, 0, 0], vendorAt(0x60, 0, 1));
      expect(findVendorCapability(config, 1)?.payload, `${length} ${layout}`).to.have.length(2);
    }
  });

  it('reads at a place only what is there and fits', () => {
    const config = hostile(vendorAt(0x40, 0, 1));
    expect(readVendorCapability(config, 0x40)?.id).to.equal(1);
    for (const at of [-1, 0, 0x3f, 0x41, 0xf9, 0x1000, 1.5, NaN]) {
      expect(readVendorCapability(config, at), String(at)).to.equal(undefined);
    }
    expect(readVendorCapability(config.subarray(0, 0x49), 0x40)).to.equal(undefined);
  });

  it('ends at a loop or a bad pointer in the extended list (PCI_FIND_NEXT_EXT_CAP)', () => {
    const config = new Uint8Array(4096);
    const words = new DataView(config.buffer);
    words.setUint32(0x100, 0x20010001, true);
    words.setUint32(0x200, 0x10010002, true);
    expect(extendedCapabilities(config)).to.deep.equal([
      { id: 1, version: 1, at: 0x100 },
      { id: 2, version: 1, at: 0x200 },
    ]);
    words.setUint32(0x200, 0x0fc10002, true);
    expect(extendedCapabilities(config)).to.have.length(2);
  });

  it('random bytes never throw and never loop, and what is found lies inside', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 0, maxLength: 512 }),
        fc.nat({ max: 0xffff }),
        (config, id) => {
          if (config.length > 0x34) {
            config[0x06] = 0x10;
          }
          const found = standardCapabilities(config);
          expect(found.length).to.be.at.most(48);
          for (const { at } of found) {
            expect(at).to.be.within(0x40, config.length - 1);
            readVendorCapability(config, at);
          }
          findVendorCapability(config, id);
          expect(extendedCapabilities(config).length).to.be.at.most(960);
        },
      ),
      { seed: 20261121, numRuns: 500 },
    );
  });

  it('vendor capabilities at random places with random pointers never throw', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            at: fc.nat({ max: 62 }),
            next: fc.nat({ max: 255 }),
            length: fc.nat({ max: 255 }),
            id: fc.nat({ max: 3 }),
          }),
        ),
        (patches) => {
          const config = hostile(
            ...patches.map(
              ({ at, next, length, id }) => [4 * at, 9, next, length, 1, id, 0] as const,
            ),
          );
          const found = findVendorCapability(config, 1);
          expect(found === undefined || found.payload.length <= 192).to.equal(true);
        },
      ),
      { seed: 20261121, numRuns: 500 },
    );
  });
});
