import type { Device } from '@mdevkit/core';
import { expect } from 'chai';
import { Random } from '../../random/index.js';
import type { Bench } from '../bench/index.js';
import type { ConformanceCheck, ConformanceGroup } from '../check.js';
import { codeOf, makeReady, requireFresh, takeBaseline, usedRegions } from './support/index.js';

/** Numbers that break what was not checked. */
const NUMBERS = [
  0,
  1,
  -1,
  0.5,
  7,
  0xfff,
  0x1000,
  2 ** 31,
  2 ** 32,
  2 ** 40,
  2 ** 53,
  Infinity,
  NaN,
];

async function assault(device: Device, random: Random): Promise<string> {
  const any = (): number =>
    random.chance(0.5) ? random.below(12) : (NUMBERS[random.below(NUMBERS.length)] ?? 0);
  const bytes = new Uint8Array(random.below(64));
  switch (random.below(11)) {
    case 0:
      return codeOf(device.regionInfo(any()));
    case 1:
      return codeOf(device.irqInfo(any()));
    case 2:
      return codeOf(device.read(any(), any(), bytes));
    case 3:
      return codeOf(device.write(any(), any(), bytes));
    case 4:
      return codeOf(device.setIrqs({ index: any(), flags: any(), start: any(), count: any() }));
    case 5:
      return codeOf(
        device.setIrqs({ index: any(), flags: 0x22, start: 0, count: any(), bools: bytes }),
      );
    case 6:
      return codeOf(device.mmap(any(), any() * 0x1000, any()));
    case 7:
      return codeOf(device.feature(any() * 0x4000 + any(), bytes));
    case 8:
      return codeOf(device.dmaMap({ iova: any(), memory: new Uint8Array(4096), size: any() }));
    case 9:
      return codeOf(device.dmaUnmap(any(), any()));
    default:
      return codeOf(device.setMigrationState(any()));
  }
}

const assaults: readonly ConformanceCheck[] = [141, 142, 143, 144].map((seed) => ({
  id: `hostile-${seed}`,
  title: `calls with any arguments are answered, and the next client has a fresh device, seed ${seed} (own rule)`,
  run: async (bench: Bench) => {
    const baseline = await takeBaseline(bench);
    const device = await bench.openAs(baseline.uuid);
    await makeReady(device);
    const random = new Random(seed);
    for (let count = 0; count < 250; count++) {
      await assault(device, random);
    }
    expect(await codeOf(device.info())).to.equal('done');
    await device.close();
    await bench.settle(1000);
    const again = await bench.openAs(baseline.uuid);
    await requireFresh(bench, again, baseline, 'after a hostile client');
  },
}));

const widths: readonly ConformanceCheck[] = [3, 5, 6, 7, 9, 17].map((length) => ({
  id: `hostile-width-${length}`,
  title: `accesses of ${length} bytes at any place are answered (vfio_pci_rdwr.c, vfio_pci_core_do_io_rw)`,
  run: async (bench: Bench) => {
    const device = await bench.open();
    await makeReady(device);
    const ones = new Uint8Array(length).fill(0xff);
    const bytes = new Uint8Array(length);
    for (const { index, size } of await usedRegions(device)) {
      for (let offset = 0; offset < Math.min(size, 0x100); offset++) {
        await codeOf(device.read(index, offset, bytes));
        await codeOf(device.write(index, offset, ones));
      }
    }
    const failed = bench.log.filter(({ message }) => message === 'a handler of the device failed');
    expect(failed.map(({ fields }) => String(fields['error'])).slice(0, 3)).to.deep.equal([]);
    expect(await codeOf(device.info())).to.equal('done');
  },
}));

/** Clients that do not mean well, in this process. */
export const hostile: ConformanceGroup = {
  name: 'hostile clients',
  checks: [...assaults, ...widths],
};
