import { expect } from 'chai';
import { describe, it } from 'mocha';
import { aer, deviceSerialNumber, msi, pcieEndpoint, powerManagement } from './index.js';
import type { CapabilitySpec } from './capability-spec.js';
import { placeCapabilities } from './placement.js';
import { rawCapability, rawExtendedCapability } from './raw.js';

const raw = (name: string, bytes: number, at?: number): CapabilitySpec =>
  rawCapability({ id: 9, name, bytes: new Uint8Array(bytes), ...(at === undefined ? {} : { at }) });

const rawExtended = (name: string, bytes: number, at?: number): CapabilitySpec =>
  rawExtendedCapability({
    id: 0x0b,
    version: 1,
    name,
    bytes: new Uint8Array(bytes),
    ...(at === undefined ? {} : { at }),
  });

const places = (specs: readonly CapabilitySpec[]): Record<string, number> =>
  Object.fromEntries(placeCapabilities(specs).map(({ spec, at }) => [spec.name, at]));

describe('placement of capabilities', () => {
  it('starts at 0x40 and keeps multiples of 4 (PCIe Base Spec 7.5)', () => {
    expect(places([raw('a', 3), raw('b', 4), raw('c', 1)])).to.deep.equal({
      a: 0x40,
      b: 0x48,
      c: 0x50,
    });
  });

  it('puts explicit ones first and fills the gaps between them', () => {
    expect(places([raw('a', 2), raw('b', 14, 0x44), raw('c', 6), raw('d', 2)])).to.deep.equal({
      a: 0x40,
      b: 0x44,
      c: 0x54,
      d: 0x5c,
    });
  });

  it('keeps the declared order of the list whatever the places', () => {
    const placed = placeCapabilities([raw('a', 2, 0x80), raw('b', 2), raw('c', 2, 0x60)]);
    expect(placed.map(({ spec }) => spec.name)).to.deep.equal(['a', 'b', 'c']);
  });

  it('puts the first extended one at 0x100 (PCIe Base Spec 7.6.3)', () => {
    expect(places([aer(), pcieEndpoint(), deviceSerialNumber(1n)])).to.deep.equal({
      pcie: 0x40,
      aer: 0x100,
      serial: 0x12c,
    });
  });

  it('uses all of the standard space and no more', () => {
    expect(places([raw('a', 186), raw('b', 2)])).to.deep.equal({ a: 0x40, b: 0xfc });
    expect(() => places([raw('a', 186), raw('b', 3)])).to.throw(RangeError, /No room in standard/);
  });

  it('uses all of the extended space and no more', () => {
    const most = 4096 - 256 - 4;
    expect(places([pcieEndpoint(), rawExtended('a', most)])).to.include({ a: 0x100 });
    expect(() => places([pcieEndpoint(), rawExtended('a', most + 1)])).to.throw(
      RangeError,
      /No room in extended/,
    );
  });

  const wrong: readonly (readonly [string, readonly CapabilitySpec[], RegExp])[] = [
    ['an overlap', [raw('a', 14, 0x40), raw('b', 2, 0x4c)], /b at 0x4c overlaps a at 0x40/],
    ['misalignment', [raw('a', 2, 0x42)], /a must lie on a multiple of 4, not at 0x42/],
    ['the header', [raw('a', 2, 0x3c)], /a \(4 bytes at 0x3c\) must lie in 0x40 .. 0xff/],
    ['the end', [raw('a', 6, 0xfc)], /must lie in 0x40 .. 0xff/],
    ['extended below 0x100', [pcieEndpoint(), rawExtended('x', 4, 0xf0)], /0x100 .. 0xfff/],
    ['extended without PCIe', [aer()], /aer lies in extended config space, which needs pcieEndp/],
    ['a second MSI', [msi({ vectors: 1 }), { ...msi({ vectors: 2 }), name: 'x' }], /at most one/],
    ['a second PM', [powerManagement(), powerManagement()], /Two capabilities are named pm/],
    [
      'a second serial number',
      [pcieEndpoint(), deviceSerialNumber(1n), { ...deviceSerialNumber(2n), name: 'x' }],
      /at most one extended capability 0x3/,
    ],
    ['two of one name', [raw('a', 2), raw('a', 2)], /Two capabilities are named a/],
    [
      'a first extended one elsewhere',
      [pcieEndpoint(), rawExtended('x', 4, 0x200)],
      /x is the first extended one and must lie at 0x100/,
    ],
    [
      'a later extended one at 0x100',
      [pcieEndpoint(), rawExtended('x', 4), rawExtended('y', 4, 0x100)],
      /x is the first extended one/,
    ],
  ];
  for (const [what, specs, message] of wrong) {
    it(`refuses ${what} with a RangeError`, () => {
      expect(() => placeCapabilities(specs)).to.throw(RangeError, message);
    });
  }
});
