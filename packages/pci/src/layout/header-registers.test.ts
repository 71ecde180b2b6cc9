import { expect } from 'chai';
import { describe, it } from 'mocha';
import { powerManagement } from '../capability/index.js';
import { Bench, minimal } from '../fakes.test-support.js';
import { pciLayout } from './pci-function-layout.js';

describe('type 0 header (PCIe Base Spec 7.5.1)', () => {
  it('shows what the declaration says', () => {
    const bench = new Bench({
      vendorId: 0x1234,
      deviceId: 0x5678,
      subsystemVendorId: 0x9abc,
      subsystemId: 0xdef0,
      revision: 0x42,
      classCode: 0x0b4001,
      interruptPin: 2,
    });
    expect(bench.config32(0x00)).to.equal(0x56781234);
    expect(bench.config32(0x08)).to.equal(0x0b400142);
    expect(bench.config32(0x2c)).to.equal(0xdef09abc);
    expect(bench.read(7, 0x0e, 1)[0]).to.equal(0);
    expect(bench.config16(0x3c)).to.equal(0x0200);
  });

  it('has a capability list only if there is a capability (7.5.1.1.4)', () => {
    const without = new Bench();
    expect([without.config16(0x06), without.read(7, 0x34, 1)[0]]).to.deep.equal([0, 0]);
    const one = new Bench({ capabilities: [powerManagement({ at: 0x60 })] });
    expect([one.config16(0x06), one.read(7, 0x34, 1)[0]]).to.deep.equal([0x10, 0x60]);
  });

  it('command: memory, bus master, parity, SERR and Interrupt Disable are writable (7.5.1.1.3)', () => {
    const bench = new Bench({ bars: { 0: { size: 16 } } });
    void bench.setConfig16(0x04, 0xffff);
    expect(bench.config16(0x04)).to.equal(0x0546);
  });

  it('command: I/O enable is writable only with an I/O BAR (7.5.1.1.3)', () => {
    const bench = new Bench({ bars: { 0: { size: 16, kind: 'io' } } });
    void bench.setConfig16(0x04, 0xffff);
    expect(bench.config16(0x04)).to.equal(0x0547);
  });

  it('command: out of reset as declared, and only what is implemented', () => {
    expect(new Bench().config16(0x04)).to.equal(0);
    expect(new Bench({ commandAtReset: 0x6 }).config16(0x04)).to.equal(0x6);
    expect(() => pciLayout({ ...minimal, commandAtReset: 1 })).to.throw(RangeError);
  });

  it('status: error bits clear by writing 1, the others are read-only (7.5.1.1.4)', () => {
    const bench = new Bench({ capabilities: [powerManagement()] });
    bench.pci.config.set('status', 0xffff);
    void bench.setConfig16(0x06, 0x0100);
    expect(bench.config16(0x06)).to.equal(0xfeff);
    void bench.setConfig16(0x06, 0xffff);
    expect(bench.config16(0x06)).to.equal(0x06ff);
    void bench.setConfig16(0x06, 0);
    expect(bench.config16(0x06)).to.equal(0x06ff);
  });

  it('cache line size and interrupt line are plain bytes (7.5.1.1.7, 7.5.1.1.12)', () => {
    const bench = new Bench();
    void bench.write(7, 0x0c, Uint8Array.of(0x10));
    void bench.write(7, 0x3c, Uint8Array.of(0x0b));
    expect(bench.read(7, 0x0c, 1)[0]).to.equal(0x10);
    expect(bench.read(7, 0x3c, 1)[0]).to.equal(0x0b);
  });

  it('identification ignores writes, which succeed (vfio_pci_config.c, vfio_basic_config_write)', () => {
    const bench = new Bench();
    const before = bench.dump();
    expect(bench.write(7, 0x00, Uint8Array.of(0xff, 0xff, 0xff, 0xff))).to.equal(4);
    expect(bench.write(7, 0x08, new Uint8Array(4).fill(0xff))).to.equal(4);
    expect(bench.write(7, 0x28, new Uint8Array(8).fill(0xff))).to.equal(8);
    expect(bench.dump()).to.deep.equal(before);
  });

  for (const [what, spec] of [
    ['a vendor of 17 bits', { vendorId: 0x10000 }],
    ['a class of 25 bits', { classCode: 0x1000000 }],
    ['a revision of 9 bits', { revision: 256 }],
    ['a negative subsystem', { subsystemId: -1 }],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(() => pciLayout({ ...minimal, ...spec })).to.throw(RangeError, /must be an integer/);
    });
  }
});
