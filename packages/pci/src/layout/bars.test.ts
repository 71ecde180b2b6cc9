import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Bench, minimal } from '../fakes.test-support.js';
import type { BarSpec, PciFunctionSpec } from './function-spec.js';
import { pciLayout } from './pci-function-layout.js';

const ones = 0xffffffff;

/** What the two registers of BAR 2 read after all ones were written, as system software sizes them. */
function sized(bar: BarSpec): [number, number] {
  const bench = new Bench({ bars: { 2: bar } });
  void bench.setConfig32(0x18, ones);
  void bench.setConfig32(0x1c, ones);
  return [bench.config32(0x18), bench.config32(0x1c)];
}

describe('BAR sizing (PCIe Base Spec 7.5.1.2.1)', () => {
  const kinds: readonly (readonly [BarSpec, number, number])[] = [
    [{ size: 16 }, 0xfffffff0, 0],
    [{ size: 4096 }, 0xfffff000, 0],
    [{ size: 2 ** 31 }, 0x80000000, 0],
    [{ size: 65536, prefetchable: true }, 0xffff0008, 0],
    [{ size: 16, kind: 'memory64' }, 0xfffffff4, ones],
    [{ size: 2 ** 20, kind: 'memory64', prefetchable: true }, 0xfff0000c, ones],
    [{ size: 2 ** 31, kind: 'memory64' }, 0x80000004, ones],
    [{ size: 2 ** 32, kind: 'memory64' }, 0x00000004, ones],
    [{ size: 2 ** 33, kind: 'memory64' }, 0x00000004, 0xfffffffe],
    [{ size: 2 ** 40, kind: 'memory64' }, 0x00000004, 0xffffff00],
    [{ size: 4, kind: 'io' }, 0xfffffffd, 0],
    [{ size: 256, kind: 'io' }, 0xffffff01, 0],
  ];
  for (const [bar, low, high] of kinds) {
    it(`reads the mask of ${JSON.stringify(bar)}`, () => {
      expect(sized(bar)).to.deep.equal([low, high]);
    });
  }

  it('holds an address and keeps the type bits', () => {
    const bench = new Bench({ bars: { 0: { size: 4096, kind: 'memory64', prefetchable: true } } });
    void bench.setConfig32(0x10, 0xfebff123);
    void bench.setConfig32(0x14, 0x12);
    expect(bench.config32(0x10)).to.equal(0xfebff00c);
    expect(bench.config32(0x14)).to.equal(0x12);
  });

  it('reads 0 from unimplemented ones whatever is written', () => {
    const bench = new Bench();
    for (let offset = 0x10; offset < 0x28; offset += 4) {
      void bench.setConfig32(offset, ones);
      expect(bench.config32(offset)).to.equal(0);
    }
  });

  for (const [length, mask] of [
    [1, 0xfffff801],
    [2048, 0xfffff801],
    [2049, 0xfffff001],
    [2 ** 24, 0xff000001],
  ] as const) {
    it(`ROM of ${length} bytes reads ${mask.toString(16)} (PCIe Base Spec 7.5.1.2.4)`, () => {
      const bench = new Bench({ rom: new Uint8Array(length) });
      expect(bench.config32(0x30)).to.equal(0);
      void bench.setConfig32(0x30, ones);
      expect(bench.config32(0x30)).to.equal(mask);
    });
  }

  it('no ROM: its register reads 0', () => {
    const bench = new Bench();
    void bench.setConfig32(0x30, ones);
    expect(bench.config32(0x30)).to.equal(0);
  });

  const wrong: readonly (readonly [string, Partial<PciFunctionSpec>, RegExp])[] = [
    ['a size that is no power of two', { bars: { 0: { size: 48 } } }, /power of two in 16/],
    ['a memory BAR below 16', { bars: { 0: { size: 8 } } }, /power of two in 16/],
    ['a 32-bit BAR of 4 GiB', { bars: { 0: { size: 2 ** 32 } } }, /power of two/],
    ['a 64-bit BAR beyond 2^40', { bars: { 0: { size: 2 ** 41, kind: 'memory64' } } }, /power of/],
    ['an I/O BAR below 4', { bars: { 0: { size: 2, kind: 'io' } } }, /in 4 .. 256/],
    ['an I/O BAR above 256', { bars: { 0: { size: 512, kind: 'io' } } }, /in 4 .. 256/],
    [
      'a prefetchable I/O BAR',
      { bars: { 0: { size: 4, kind: 'io', prefetchable: true } } },
      /cannot be prefetchable/,
    ],
    [
      'a 64-bit BAR with a used neighbour',
      { bars: { 0: { size: 16, kind: 'memory64' }, 1: { size: 16 } } },
      /BAR 0 has 64 bits and needs the register of BAR 1/,
    ],
    ['a 64-bit BAR 5', { bars: { 5: { size: 16, kind: 'memory64' } } }, /BAR 5 has 64 bits/],
    ['a ROM of no bytes', { rom: new Uint8Array() }, /expansion ROM/],
  ];
  for (const [what, spec, message] of wrong) {
    it(`refuses ${what}`, () => {
      expect(() => pciLayout({ ...minimal, ...spec })).to.throw(RangeError, message);
    });
  }
});
