import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Bench } from '../fakes.test-support.js';
import {
  deviceSerialNumber,
  dvsec,
  msi,
  msix,
  pcieEndpoint,
  powerManagement,
  rawCapability,
  rawExtendedCapability,
  vendorCapability,
} from './index.js';

const bars = { 0: { size: 4096 } } as const;
const table = { bar: 0, offset: 0 } as const;

describe('capability builders', () => {
  for (const [vectors, code] of [
    [1, 0],
    [2, 1],
    [4, 2],
    [8, 3],
    [16, 4],
    [32, 5],
  ] as const) {
    it(`msi: ${vectors} vectors are the logarithm ${code} (PCIe Base Spec 7.7.1.2)`, () => {
      const bench = new Bench({ capabilities: [msi({ vectors })] });
      expect((bench.config16(bench.at('msi') + 2) & 0x0e) >> 1).to.equal(code);
    });
  }

  for (const [maskable, address64, size, flags] of [
    [false, false, 10, 0x000],
    [false, true, 14, 0x080],
    [true, false, 20, 0x100],
    [true, true, 24, 0x180],
  ] as const) {
    it(`msi: maskable ${maskable}, address64 ${address64} has ${size} bytes (vfio_msi_cap_len)`, () => {
      const spec = msi({ vectors: 1, maskable, address64 });
      const bench = new Bench({ capabilities: [spec] });
      expect(spec.size).to.equal(size);
      expect(bench.config16(0x42)).to.equal(flags);
    });
  }

  it('msi: the mask has one bit for each vector (PCIe Base Spec 7.7.1.7)', () => {
    const bench = new Bench({ capabilities: [msi({ vectors: 4, maskable: true })] });
    void bench.setConfig32(0x40 + 0x10, 0xffffffff);
    expect(bench.config32(0x40 + 0x10)).to.equal(0xf);
  });

  for (const vectors of [0, 3, 64, -1, 1.5, NaN]) {
    it(`msi: refuses ${vectors} vectors`, () => {
      expect(() => msi({ vectors })).to.throw(RangeError, /1, 2, 4, 8, 16 or 32/);
    });
  }

  it('msix: size less one, table and PBA with their BAR (PCIe Base Spec 7.7.2)', () => {
    const bench = new Bench({
      bars: { 0: { size: 4096 }, 2: { size: 65536 } },
      capabilities: [msix({ vectors: 2048, table: { bar: 2, offset: 0x8000 }, pba: table })],
    });
    expect(bench.config16(0x42)).to.equal(2047);
    expect(bench.config32(0x44)).to.equal(0x8002);
    expect(bench.config32(0x48)).to.equal(0);
  });

  it('msix: refuses wrong vectors, BARs and offsets', () => {
    expect(() => msix({ vectors: 0, table, pba: table })).to.throw(RangeError, /1 .. 2048/);
    expect(() => msix({ vectors: 2049, table, pba: table })).to.throw(RangeError, /1 .. 2048/);
    expect(() => msix({ vectors: 1, table: { bar: 6, offset: 0 }, pba: table })).to.throw(
      RangeError,
      /BAR of the MSI-X table/,
    );
    expect(() => msix({ vectors: 1, table, pba: { bar: 0, offset: 4 } })).to.throw(
      RangeError,
      /pending bits must be a multiple of 8/,
    );
    expect(() =>
      msix({ vectors: 1, table: { bar: 0, offset: 8 }, pba: table, mappable: true }),
    ).to.throw(RangeError, /multiple of 4096/);
  });

  it('vendorCapability: length, layout, id, version, payload (PCIe Base Spec 7.9.4)', () => {
    const bench = new Bench({
      capabilities: [
        vendorCapability({ id: 0x1234, version: 0x0102, payload: Uint8Array.of(1, 2, 3, 4, 5) }),
      ],
    });
    expect([...bench.read(7, 0x40, 14)]).to.deep.equal([
      9, 0, 13, 1, 0x34, 0x12, 0x02, 0x01, 1, 2, 3, 4, 5, 0,
    ]);
  });

  it('vendorCapability: registers are relative to the payload and can be written', () => {
    const bench = new Bench({
      capabilities: [
        vendorCapability({
          id: 1,
          version: 1,
          registers: [{ name: 'doorbell', offset: 4, width: 4, access: 'rw' }],
        }),
      ],
    });
    expect(bench.read(7, 0x42, 1)[0]).to.equal(16);
    void bench.setConfig32(0x4c, 0xdeadbeef);
    expect(bench.pci.config.get('vendor-0001.doorbell')).to.equal(0xdeadbeef);
  });

  it('vendorCapability: only bits of the write mask change', () => {
    const bench = new Bench({
      capabilities: [
        vendorCapability({
          id: 1,
          version: 1,
          payload: Uint8Array.of(0xa0, 0, 0, 0),
          writable: Uint8Array.of(0x0f, 0, 0, 0xff),
        }),
      ],
    });
    void bench.setConfig32(0x48, 0xffffffff);
    expect(bench.config32(0x48)).to.equal(0xff0000af);
  });

  it('vendorCapability: refuses what does not fit', () => {
    expect(() => vendorCapability({ id: 0x10000, version: 0 })).to.throw(RangeError, /id/);
    expect(() => vendorCapability({ id: 0, version: -1 })).to.throw(RangeError, /version/);
    expect(() => vendorCapability({ id: 0, version: 0, payload: new Uint8Array(248) })).to.throw(
      RangeError,
      /length/,
    );
    expect(() =>
      vendorCapability({ id: 0, version: 0, payload: new Uint8Array(1), registers: [] }),
    ).to.throw(TypeError, /not both/);
    expect(() =>
      vendorCapability({
        id: 0,
        version: 0,
        payload: new Uint8Array(1),
        writable: new Uint8Array(2),
      }),
    ).to.throw(RangeError, /must match/);
  });

  it('deviceSerialNumber: low word first (PCIe Base Spec 7.9.3)', () => {
    const bench = new Bench({
      capabilities: [pcieEndpoint(), deviceSerialNumber(0x0123456789abcdefn)],
    });
    expect(bench.config32(0x104)).to.equal(0x89abcdef);
    expect(bench.config32(0x108)).to.equal(0x01234567);
    expect(() => deviceSerialNumber(1n << 64n)).to.throw(RangeError);
    expect(() => deviceSerialNumber(-1n)).to.throw(RangeError);
  });

  it('dvsec: vendor, revision, length, id, payload (PCIe Base Spec 7.9.6)', () => {
    const payload = Uint8Array.of(0xaa, 0xbb, 0xcc);
    const bench = new Bench({
      capabilities: [pcieEndpoint(), dvsec({ vendor: 0x1e98, revision: 2, id: 7, payload })],
    });
    expect(bench.config32(0x104)).to.equal(0x00d21e98);
    expect(bench.config16(0x108)).to.equal(7);
    expect([...bench.read(7, 0x10a, 4)]).to.deep.equal([0xaa, 0xbb, 0xcc, 0]);
  });

  it('pcieEndpoint: type, FLR, payload, trained link (PCIe Base Spec 7.5.3)', () => {
    const bench = new Bench({
      capabilities: [pcieEndpoint({ maxPayload: 512, linkSpeed: 4, linkWidth: 8 })],
    });
    expect(bench.config16(0x42)).to.equal(0x0002);
    expect(bench.config32(0x44) & 0x10000007).to.equal(0x10000002);
    expect(bench.config16(0x40 + 0x12)).to.equal(0x0084);
    expect(bench.config32(0x40 + 0x2c)).to.equal(0x1e);
    expect(() => pcieEndpoint({ maxPayload: 100 })).to.throw(RangeError);
    expect(() => pcieEndpoint({ maxPayload: 8192 })).to.throw(RangeError);
    expect(() => pcieEndpoint({ linkWidth: 3 })).to.throw(RangeError);
    expect(() => pcieEndpoint({ linkSpeed: 7 })).to.throw(RangeError);
  });

  it('pcieEndpoint: an integrated endpoint has no link (PCIe Base Spec 7.5.3.6)', () => {
    const bench = new Bench({ capabilities: [pcieEndpoint({ type: 'integrated' })] });
    expect(bench.config16(0x42)).to.equal(0x0092);
    expect(bench.config32(0x4c)).to.equal(0);
  });

  it('powerManagement: version 3, D1 and D2 as declared (PCIe Base Spec 7.5.2.1)', () => {
    const bench = new Bench({ capabilities: [powerManagement({ d1: true })] });
    expect(bench.config16(0x42)).to.equal(0x0203);
    expect(bench.config16(0x44)).to.equal(0x0008);
  });

  it('rawCapability: bytes become registers as wide as alignment allows', () => {
    const { registers } = rawCapability({ id: 0x0d, bytes: Uint8Array.of(1, 2, 3, 4, 5, 6, 7) });
    expect(registers.map(({ name, width, reset }) => [name, width, reset])).to.deep.equal([
      ['payload-02', 2, 0x0201],
      ['payload-04', 4, 0x06050403],
      ['payload-08', 1, 7],
    ]);
  });

  it('rawCapability: refuses what the function acts on', () => {
    for (const id of [0x01, 0x05, 0x10, 0x11]) {
      expect(() => rawCapability({ id, bytes: new Uint8Array() })).to.throw(
        RangeError,
        /declare it with/,
      );
    }
    expect(() => rawCapability({ id: 256, bytes: new Uint8Array() })).to.throw(RangeError);
    expect(() => rawExtendedCapability({ id: 1, version: 16, bytes: new Uint8Array() })).to.throw(
      RangeError,
      /version/,
    );
  });

  it('msi and msix registers are plain state (vfio_pci_config.c, vfio_msi_config_write)', () => {
    const bench = new Bench({
      bars,
      capabilities: [
        msi({ vectors: 4 }),
        msix({ vectors: 4, table, pba: { bar: 0, offset: 0x800 } }),
      ],
    });
    void bench.setConfig16(0x42, 0xffff);
    expect(bench.config16(0x42)).to.equal(0x0080 | 0x0004 | 0x0071);
    void bench.setConfig32(0x44, 0xffffffff);
    expect(bench.config32(0x44)).to.equal(0xfffffffc);
    void bench.setConfig16(0x52, 0xffff);
    expect(bench.config16(0x52)).to.equal(0xc003);
    expect(bench.irqs.log).to.deep.equal([]);
  });
});
