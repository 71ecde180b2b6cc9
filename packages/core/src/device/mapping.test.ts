import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome, settled } from '../errors/outcome.test-support.js';
import { makeEndpoint } from './endpoint.test-support.js';

const SOURCE = 'vfio_pci_core.c, vfio_pci_core_mmap';

describe(`mmap (${SOURCE})`, () => {
  it('is the memory of the device, both ways', async () => {
    await using bench = makeEndpoint();
    const client = await bench.open();
    using mapping = await client.mmap(0, 0x1000, 0x1000);
    mapping.bytes[4] = 0xab;
    const bytes = new Uint8Array(1);
    await client.read(0, 0x1004, bytes);
    expect(bytes[0]).to.equal(0xab);
    await client.write(0, 0x1005, Uint8Array.of(0xcd));
    expect(mapping.bytes[5]).to.equal(0xcd);
  });

  it('mapping disposed: after it was disposed the bytes are EBADF, also of a revoked device', async () => {
    await using bench = makeEndpoint();
    const client = await bench.open();
    const mapping = await client.mmap(0, 0, 0x1000);
    mapping[Symbol.dispose]();
    mapping[Symbol.dispose]();
    expect(outcome(() => mapping.bytes)).to.equal('EBADF device.closed');
    await bench.endpoint.revoke('removed');
    expect(outcome(() => mapping.bytes)).to.equal('EBADF device.closed');
  });

  it('mapping disposed: close unmaps: EBADF', async () => {
    await using bench = makeEndpoint();
    const client = await bench.open();
    const mapping = await client.mmap(0, 0, 0x1000);
    await client.close();
    expect(outcome(() => mapping.bytes)).to.equal('EBADF device.closed');
  });

  it('mapping revoked: after revoke the bytes are ENODEV (vfio_pci_zap_bars)', async () => {
    await using bench = makeEndpoint();
    const client = await bench.open();
    using mapping = await client.mmap(0, 0, 0x1000);
    await bench.endpoint.revoke('removed');
    expect(outcome(() => mapping.bytes)).to.equal('ENODEV device.revoked');
  });

  for (const [what, region, offset, length, expected] of [
    ['an unimplemented region', 1, 0, 0x1000, 'EINVAL region.range'],
    ['an absent region', 2, 0, 0x1000, 'EINVAL region.index'],
    ['a region beyond the table', 4, 0, 0x1000, 'EINVAL region.index'],
    ['an unaligned offset', 0, 8, 0x1000, 'EINVAL region.mmap'],
    ['a range beyond the end', 0, 0x1000, 0x2000, 'EINVAL region.mmap'],
    ['outside of the sparse areas', 3, 0, 0x1000, 'EINVAL region.mmap'],
  ] as const) {
    it(`mmap range: ${what}: ${expected}`, async () => {
      await using bench = makeEndpoint();
      const client = await bench.open();
      expect(await settled(client.mmap(region, offset, length))).to.equal(expected);
    });
  }
});

describe('region indexes (vfio_pci_core.c, vfio_pci_ioctl_get_region_info, vfio_pci_rw)', () => {
  it('region unused, unimplemented index: an unimplemented one has an info of size 0, and every access is EINVAL', async () => {
    await using bench = makeEndpoint();
    const client = await bench.open();
    expect(await client.regionInfo(1)).to.deep.equal({
      index: 1,
      flags: 0,
      size: 0,
      offset: 2 ** 40,
      capabilities: [],
    });
    for (const access of [
      client.read(1, 0, new Uint8Array(1)),
      client.write(1, 0, new Uint8Array(1)),
    ]) {
      expect(await settled(access)).to.equal('EINVAL region.range');
    }
  });

  for (const index of [2, 4, -1, 0.5, NaN]) {
    it(`region index, absent index: index ${index}, absent or not in the table, is EINVAL everywhere`, async () => {
      await using bench = makeEndpoint();
      const client = await bench.open();
      for (const access of [
        client.regionInfo(index),
        client.read(index, 0, new Uint8Array(1)),
        client.write(index, 0, new Uint8Array(1)),
      ]) {
        expect(await settled<unknown>(access)).to.equal('EINVAL region.index');
      }
    });
  }
});

describe('irq indexes of the contract (vfio_pci_core.c, vfio_pci_ioctl_get_irq_info)', () => {
  it('an unimplemented one has count 0 and flags 0; an absent one is EINVAL', async () => {
    await using bench = makeEndpoint();
    const client = await bench.open();
    expect(await client.irqInfo(6)).to.deep.equal({ index: 6, flags: 0, count: 0 });
    for (const index of [5, 7, -1, 0.5]) {
      expect(await settled(client.irqInfo(index))).to.equal('EINVAL irq.index');
    }
  });
});
