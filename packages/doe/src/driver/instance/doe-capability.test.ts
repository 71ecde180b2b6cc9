import { expect } from 'chai';
import { describe, it } from 'mocha';
import { pciLayout, pcieEndpoint } from '@mdevkit/pci';
import { PCI_EXT_CAP_ID_DOE } from '@mdevkit/uapi';
import type { DoeCapabilitySpec } from '../feature/doe-feature.js';
import { doeCapability } from './doe-capability.js';
import { FunctionBench } from './function-bench.test-support.js';

describe('doeCapability', () => {
  it('doe §1 capability: 0x18 bytes at its place, version 2 by default, named by its offset (PCI Express Base Specification 6.0, section 7.9.24)', () => {
    const capability = doeCapability({ at: 0x140 });
    expect(capability).to.include({ id: PCI_EXT_CAP_ID_DOE, version: 2, size: 0x18, at: 0x140 });
    expect(capability.name).to.equal('doe-140');
    expect(capability.registers.map(({ name, offset }) => [name, offset])).to.deep.equal([
      ['capabilities', 4],
      ['control', 8],
      ['status', 0xc],
      ['write-mailbox', 0x10],
      ['read-mailbox', 0x14],
    ]);
  });

  it('doe §1 capability: any number of them in one function (PCI Express Base Specification 6.0, section 6.30)', () => {
    const capabilities = Array.from({ length: 160 }, (_, index) =>
      doeCapability({ at: 0x100 + index * 0x18, version: index % 2 === 0 ? 1 : 2 }),
    );
    const layout = pciLayout({
      vendorId: 0x1af4,
      deviceId: 0x10f0,
      classCode: 0xff0000,
      capabilities: [pcieEndpoint(), ...capabilities],
    });
    expect(layout.config.offsetOf('doe-fe8.read-mailbox')).to.equal(0xffc);
    expect(layout.vectors).to.equal(0);
  });

  for (const [what, spec] of [
    ['before extended config space', { at: 0xfc }],
    ['not on a word', { at: 0x142 }],
    ['over the end', { at: 0xfec }],
    ['at no number', { at: NaN }],
    ['at a fraction', { at: 0x100 + 0.5 }],
    ['of version 0', { at: 0x100, version: 0 as 1 }],
    ['of version 3', { at: 0x100, version: 3 as 1 }],
    ['with message -1', { at: 0x100, message: -1 }],
    ['with message 2048', { at: 0x100, message: 2048 }],
    ['with message 1.5', { at: 0x100, message: 1.5 }],
  ] as const satisfies readonly (readonly [string, DoeCapabilitySpec])[]) {
    it(`doe §1 capability: one ${what} is refused (PCI Express Base Specification 6.0, section 7.9.24)`, () => {
      expect(() => doeCapability(spec)).to.throw(RangeError, /DOE Capability|Message Number/);
    });
  }

  it('doe §1 interrupt support: the message number in bits 11:1, and bit 0 (PCI Express Base Specification 6.0, section 7.9.24.2)', () => {
    for (const [message, expected] of [
      [0, 0x001],
      [3, 0x007],
      [2047, 0xfff],
      [undefined, 0],
    ] as const) {
      using bench = new FunctionBench([
        message === undefined ? { at: 0x100 } : { at: 0x100, message },
      ]);
      expect(bench.read(0x104, 4)).to.equal(expected);
      bench.write(0x104, 4, 0xffff_ffff);
      expect(bench.read(0x104, 4)).to.equal(expected);
    }
  });

  it('doe §1 registers: the header says id, version and next (PCI Express Base Specification 6.0, section 7.9.24.1)', () => {
    expect(new FunctionBench([{ at: 0x100, version: 1 }]).read(0x100, 4)).to.equal(0x0001_002e);
    expect(new FunctionBench([{ at: 0x100, version: 2 }]).read(0x100, 4)).to.equal(0x0002_002e);
  });
});
