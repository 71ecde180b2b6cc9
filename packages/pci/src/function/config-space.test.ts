import { expect } from 'chai';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  everyCapability,
  everything,
  everythingLayout,
  steadyLayout,
} from '../every-builder.test-support.js';
import { Bench } from '../fakes.test-support.js';

describe('config space of a function with every capability', () => {
  it('both lists, walked by hand, are the declaration (PCIe Base Spec 7.5, 7.6.3)', () => {
    const bytes = new Bench(everythingLayout).dump();
    const standard: number[] = [];
    for (let at = bytes[0x34] ?? 0; at !== 0; at = bytes[at + 1] ?? 0) {
      standard.push(bytes[at] ?? -1);
    }
    const extended: [number, number][] = [];
    const words = new DataView(bytes.buffer);
    for (let at = 0x100; at !== 0; at = words.getUint32(at, true) >>> 20) {
      const word = words.getUint32(at, true);
      extended.push([word & 0xffff, (word >>> 16) & 15]);
    }
    expect(standard).to.deep.equal([0x01, 0x10, 0x05, 0x11, 0x09, 0x0d]);
    expect(extended).to.deep.equal([
      [0x03, 1],
      [0x01, 2],
      [0x23, 1],
      [0x18, 1],
    ]);
    expect(standard.length + extended.length).to.equal(everyCapability.length);
  });

  it('a PCIe function without extended capabilities has zeros at 0x100 (PCIe Base Spec 7.6.3)', () => {
    const pcie = everyCapability.filter(({ name }) => name === 'pcie');
    expect(new Bench({ capabilities: pcie }).config32(0x100)).to.equal(0);
  });

  it('no write ever changes a read-only bit, whatever its place and length', () => {
    const writable = writableBits();
    const fresh = new Bench(everythingLayout).dump();
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            offset: fc.nat({ max: 4095 }),
            bytes: fc.uint8Array({ minLength: 1, maxLength: 64 }),
          }),
          { maxLength: 30 },
        ),
        (writes) => {
          const bench = new Bench(everythingLayout);
          for (const { offset, bytes } of writes) {
            const fitting = bytes.subarray(0, 4096 - offset);
            expect(bench.write(7, offset, fitting)).to.equal(fitting.length);
          }
          const dump = bench.dump();
          const wrong = dump.findIndex(
            (byte, at) => ((byte ^ (fresh[at] ?? 0)) & ~(writable[at] ?? 0) & 0xff) !== 0,
          );
          expect(wrong).to.equal(-1);
        },
      ),
      { seed: 20261121, numRuns: 150 },
    );
  });

  it('every bit that is not read-only takes what is written', () => {
    const expected = writableBits();
    // Initiate FLR reads 0 always.
    const changed = Uint8Array.from({ length: 4096 }, (_, at) => {
      const bench = new Bench(steadyLayout);
      const [before = 0] = bench.read(7, at, 1);
      void bench.write(7, at, Uint8Array.of(~before));
      const [after = 0] = bench.read(7, at, 1);
      return before ^ after;
    });
    expect(changed).to.deep.equal(expected);
  });

  it('is the same whether written in one access or byte by byte (vfio_pci_config.c, vfio_pci_config_rw)', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 4080 }),
        fc.uint8Array({ minLength: 1, maxLength: 16 }),
        (offset, bytes) => {
          const whole = new Bench(steadyLayout);
          const parts = new Bench(steadyLayout);
          void whole.write(7, offset, bytes);
          bytes.forEach((byte, index) => void parts.write(7, offset + index, Uint8Array.of(byte)));
          expect(parts.dump()).to.deep.equal(whole.dump());
        },
      ),
      { seed: 20261121, numRuns: 300 },
    );
  });

  it('answers EFAULT beyond the end (vfio_pci_config.c, vfio_pci_config_rw)', () => {
    for (const [spec, size] of [
      [{}, 256],
      [everything, 4096],
    ] as const) {
      const bench = new Bench(spec);
      expect(() => bench.read(7, size - 3, 4)).to.throw(/EFAULT/);
      expect(() => bench.write(7, size, Uint8Array.of(0))).to.throw(/EFAULT/);
      expect(bench.read(7, size - 4, 4).length).to.equal(4);
    }
  });

  it('instances of one layout differ by `initial`, also after a reset', () => {
    const bench = new Bench(everythingLayout, { initial: { 'serial.low': 7 } });
    const at = bench.at('serial') + 4;
    expect(bench.config32(at)).to.equal(7);
    bench.pci.reset();
    expect(bench.config32(at)).to.equal(7);
    expect(new Bench(everythingLayout).config32(at)).to.equal(0x44556677);
  });

  it('calls the hooks of the model', () => {
    const seen: (number | bigint)[] = [];
    const bench = new Bench(everythingLayout, {
      configHooks: { 'interrupt-line': { write: (value) => seen.push(value) } },
    });
    void bench.write(7, 0x3c, Uint8Array.of(9));
    expect(seen).to.deep.equal([9]);
  });

  it('what the model sets takes effect at once', () => {
    const bench = new Bench(everythingLayout);
    bench.pci.config.setField('command', 'busMaster', 1);
    expect(bench.pci.busMaster).to.equal(true);
    bench.pci.config.set('command', 0x402);
    expect([bench.pci.busMaster, bench.pci.memoryEnabled, bench.pci.intxDisabled]).to.deep.equal([
      false,
      true,
      true,
    ]);
  });

  it('describes every register with its value', () => {
    const row = new Bench(everythingLayout).pci.config
      .describe()
      .find(({ name }) => name === 'vendor-beef.version');
    expect(row).to.include({ name: 'vendor-beef.version', width: 2, value: 3 });
  });
});

/**
 * The bits that a client can change, written down from the specification and not from the layout: header,
 * then what the capabilities of `everything` allow.
 */
function writableBits(): Uint8Array {
  const bench = new Bench(everythingLayout);
  const mask = new Uint8Array(4096);
  const words = new DataView(mask.buffer);
  words.setUint16(0x04, 0x0547, true);
  mask[0x0c] = 0xff;
  mask[0x3c] = 0xff;
  words.setUint32(0x10, 0xffffe000, true);
  words.setUint32(0x14, 0xffffffff, true);
  words.setUint32(0x18, 0xffffffc0, true);
  words.setUint32(0x1c, 0xffffff00, true);
  words.setUint32(0x30, 0xfffff801, true);
  words.setUint16(bench.at('pm') + 4, 0x0003, true);
  words.setUint16(0x80 + 0x08, 0x79ff, true);
  words.setUint16(0x80 + 0x10, 0x02cb, true);
  words.setUint16(0x80 + 0x28, 0x0310, true);
  words.setUint16(0x80 + 0x30, 0x000f, true);
  words.setUint16(bench.at('msi') + 0x02, 0x0071, true);
  words.setUint32(bench.at('msi') + 0x04, 0xfffffffc, true);
  words.setUint32(bench.at('msi') + 0x08, 0xffffffff, true);
  words.setUint16(bench.at('msi') + 0x0c, 0xffff, true);
  words.setUint32(bench.at('msi') + 0x10, 0x000000ff, true);
  words.setUint16(bench.at('msix') + 0x02, 0xc000, true);
  words.setUint32(bench.at('aer') + 0x08, 0x005ff010, true);
  words.setUint32(bench.at('aer') + 0x0c, 0x005ff010, true);
  words.setUint32(bench.at('aer') + 0x14, 0x0000f1c1, true);
  words.setUint32(bench.at('raw-ext-0018') + 4, 0x00ff00ff, true);
  return mask;
}
