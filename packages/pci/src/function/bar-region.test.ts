import { DeviceMemory, type RegionRange } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { msix } from '../capability/index.js';
import { Bench, minimal } from '../fakes.test-support.js';
import { pciLayout, type PciFunctionSpec } from '../layout/index.js';

const declared = (options: Partial<Parameters<typeof msix>[0]> = {}): PciFunctionSpec => ({
  ...minimal,
  commandAtReset: 2,
  bars: { 0: { size: 16384 }, 2: { size: 64, kind: 'io' } },
  capabilities: [
    msix({
      vectors: 3,
      table: { bar: 0, offset: 0x1000 },
      pba: { bar: 0, offset: 0x1800 },
      ...options,
    }),
  ],
});

const memoryAt = (offset: number, size: number, mmap = false): RegionRange => ({
  kind: 'memory',
  offset,
  memory: new DeviceMemory(size),
  mmap,
});

describe('MSI-X structures in a BAR', () => {
  it('the table reads ones and drops writes (vfio_pci_rdwr.c, vfio_pci_core_do_io_rw)', () => {
    const device = new Bench(declared());
    expect(device.write(0, 0x1000, new Uint8Array(48))).to.equal(48);
    expect([...device.read(0, 0x1000, 48)]).to.deep.equal(Array<number>(48).fill(0xff));
    expect([...device.read(0, 0x102c, 8)]).to.deep.equal([255, 255, 255, 255, 0, 0, 0, 0]);
    expect([...device.read(0, 0x0ffe, 4)]).to.deep.equal([0, 0, 255, 255]);
  });

  it('pending bits are read-only (PCIe Base Spec 7.7.2.6)', () => {
    const device = new Bench(declared());
    expect(device.write(0, 0x1800, new Uint8Array(8).fill(0xff))).to.equal(8);
    expect([...device.read(0, 0x1800, 8)]).to.deep.equal(Array<number>(8).fill(0));
  });

  it("the table cannot be mapped, the model's memory beside it can", () => {
    const device = new Bench(declared(), { bars: { 0: [memoryAt(0x2000, 8192, true)] } });
    expect(() => device.region(0).mmap(0x1000, 4096)).to.throw(/EINVAL/);
    expect(device.region(0).mmap(0x2000, 8192)).to.have.length(8192);
    expect(device.region(0).capabilities.map(({ kind }) => kind)).to.deep.equal(['sparse-mmap']);
  });

  it('a mappable table is said to be (VFIO_REGION_INFO_CAP_MSIX_MAPPABLE) and has no effect', () => {
    const device = new Bench(declared({ mappable: true, pba: { bar: 0, offset: 0x3000 } }));
    const page = device.region(0).mmap(0x1000, 4096);
    page.fill(1);
    expect(device.region(0).capabilities.map(({ kind }) => kind)).to.include('msix-mappable');
    expect(device.irqs.log).to.deep.equal([]);
  });

  const misplaced: readonly (readonly [string, () => unknown, RegExp])[] = [
    [
      'a model range over the table',
      (): unknown => new Bench(declared(), { bars: { 0: [memoryAt(0x0800, 0x0801)] } }),
      /BAR 0: the range at 0x800 overlaps the MSI-X table \(48 bytes at 0x1000\)/,
    ],
    [
      'a model range over the pending bits',
      (): unknown => new Bench(declared(), { bars: { 0: [memoryAt(0x1807, 1)] } }),
      /overlaps the MSI-X pba \(8 bytes at 0x1800\)/,
    ],
    [
      'a table over the pending bits',
      (): unknown => pciLayout(declared({ pba: { bar: 0, offset: 0x1028 } })),
      /table and the pending bits overlap in BAR 0/,
    ],
    [
      'a table beyond its BAR',
      (): unknown => pciLayout(declared({ table: { bar: 0, offset: 0x3fd8 } })),
      /table \(48 bytes at 0x3fd8\) must lie inside BAR 0/,
    ],
    [
      'a table in no BAR',
      (): unknown => pciLayout(declared({ table: { bar: 4, offset: 0 } })),
      /needs a memory BAR 4/,
    ],
    [
      'pending bits in an I/O BAR',
      (): unknown => pciLayout(declared({ pba: { bar: 2, offset: 0 } })),
      /needs a memory BAR 2/,
    ],
    [
      'ranges of a BAR that is not declared',
      (): unknown => new Bench(declared(), { bars: { 1: [] } }),
      /BAR 1 has ranges but the layout does not declare it/,
    ],
    [
      'mappable memory in an I/O BAR (vfio_pci_core.c, vfio_pci_probe_mmaps)',
      (): unknown => new Bench(declared(), { bars: { 2: [memoryAt(0, 64, true)] } }),
      /BAR 2 is an I\/O BAR, which a client cannot map/,
    ],
  ];
  for (const [what, make, message] of misplaced) {
    it(`refuses ${what}`, () => {
      expect(make).to.throw(RangeError, message);
    });
  }

  it('table and pending bits may have one offset in two BARs (PCIe Base Spec 7.7.2)', () => {
    const device = new Bench({
      ...declared({ pba: { bar: 1, offset: 0x1000 } }),
      bars: { 0: { size: 16384 }, 1: { size: 8192 } },
    });
    expect(device.read(0, 0x1000, 1)[0]).to.equal(0xff);
    expect(device.read(1, 0x1000, 1)[0]).to.equal(0);
  });

  it('beside the table and up to its edges the model has its ranges', () => {
    const ranges = [memoryAt(0, 0x1000), memoryAt(0x1030, 0x7d0), memoryAt(0x1808, 8)];
    const device = new Bench(declared(), { bars: { 0: ranges } });
    void device.write(0, 0x1808, Uint8Array.of(7));
    expect(device.read(0, 0x1808, 1)[0]).to.equal(7);
  });
});

describe('writes by eventfd (vfio_pci_rdwr.c, vfio_pci_ioeventfd)', () => {
  it('are allowed in BARs but in the MSI-X table, and nowhere else', () => {
    const { regions } = new Bench(declared()).pci;
    const allows = (index: number, offset: number): boolean => {
      const region = regions[index];
      return typeof region === 'object' && region.allowsIoeventfd(offset, 4);
    };
    expect([0x0ffc, 0x1000, 0x102c, 0x1030].map((at) => allows(0, at))).to.deep.equal([
      true,
      false,
      false,
      true,
    ]);
    expect([allows(2, 60), allows(2, 61), allows(7, 0)]).to.deep.equal([true, false, false]);
  });
});

describe('an MSI-X table that a client may map (vfio.h, VFIO_REGION_INFO_CAP_MSIX_MAPPABLE)', () => {
  it('reads ones and drops writes all the same (bug)', () => {
    const spec = declared({
      vectors: 256,
      table: { bar: 0, offset: 0x1000 },
      pba: { bar: 0, offset: 0x2000 },
      mappable: true,
    });
    const device = new Bench(spec);
    expect(device.write(0, 0x1000, Uint8Array.of(0xcd, 0xab))).to.equal(2);
    expect([...device.read(0, 0x1000, 4)]).to.deep.equal([255, 255, 255, 255]);
    const region = device.pci.regions[0];
    expect(typeof region === 'object' && region.mmap(0x1000, 4096).length).to.equal(4096);
  });
});
