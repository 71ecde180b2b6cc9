import type { Device } from '@mdevkit/core';
import {
  PCI_CAP_ID_EXP,
  PCI_CAP_ID_MSI,
  PCI_CAP_ID_MSIX,
  PCI_CAP_ID_PM,
  PCI_EXP_DEVCAP,
  PCI_EXP_DEVCAP_FLR,
  PCI_EXP_DEVCTL,
  PCI_EXP_DEVCTL_BCR_FLR,
  PCI_MSI_FLAGS,
  PCI_MSI_FLAGS_QMASK,
  PCI_MSIX_ENTRY_SIZE,
  PCI_MSIX_FLAGS,
  PCI_MSIX_FLAGS_QSIZE,
  PCI_MSIX_PBA,
  PCI_MSIX_TABLE,
  PCI_PM_CTRL,
  VFIO_PCI_MSIX_IRQ_INDEX,
  VFIO_PCI_MSI_IRQ_INDEX,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import {
  awake,
  check,
  commonPlaces,
  done,
  either,
  fail,
  imageOf,
  ready,
  scribble,
  settled,
  unless,
  unlessPci,
} from '../support/index.js';
import { Config } from './config.js';
import { standardList, type ListedCapability } from './lists.js';

/** What capabilities say of the device, and what they do. */
export const declaredCapabilityChecks: readonly ConformanceCheck[] = [
  check(
    'msi',
    'the MSI capability has as many vectors as the irq index (drivers/vfio/pci/vfio_pci_core.c, vfio_pci_get_irq_count)',
    async (bench) => {
      const device = await ready(bench);
      const config = new Config(bench, device);
      const { count } = await done(bench, 'MSI', device.irqInfo(VFIO_PCI_MSI_IRQ_INDEX));
      const found = await find(config, PCI_CAP_ID_MSI);
      const flags = found === undefined ? 0 : await config.read(found.at + PCI_MSI_FLAGS, 2);
      const vectors = found === undefined ? 0 : 1 << ((flags & PCI_MSI_FLAGS_QMASK) >> 1);
      expect(vectors, 'vectors of the capability').to.equal(count);
    },
    unlessPci,
  ),
  check(
    'msix',
    'the MSI-X capability has as many vectors as the irq index (drivers/vfio/pci/vfio_pci_core.c, vfio_pci_get_irq_count)',
    async (bench) => {
      const device = await ready(bench);
      const config = new Config(bench, device);
      const { count } = await done(bench, 'MSI-X', device.irqInfo(VFIO_PCI_MSIX_IRQ_INDEX));
      const found = await find(config, PCI_CAP_ID_MSIX);
      const flags = found === undefined ? 0 : await config.read(found.at + PCI_MSIX_FLAGS, 2);
      const vectors = found === undefined ? 0 : (flags & PCI_MSIX_FLAGS_QSIZE) + 1;
      expect(vectors, 'vectors of the capability').to.equal(count);
    },
    unlessPci,
  ),
  ...[
    ['msix-table', PCI_MSIX_TABLE, (vectors: number) => vectors * PCI_MSIX_ENTRY_SIZE] as const,
    ['msix-pba', PCI_MSIX_PBA, (vectors: number) => Math.ceil(vectors / 64) * 8] as const,
  ].map(([id, at, bytes]) =>
    check(
      id,
      `${id} lies inside a BAR that is there (PCIe Base Spec 7.7.2)`,
      async (bench) => {
        const device = await ready(bench);
        const config = new Config(bench, device);
        const found = (await find(config, PCI_CAP_ID_MSIX)) ?? fail('there is no MSI-X');
        const { count } = await done(bench, 'MSI-X', device.irqInfo(VFIO_PCI_MSIX_IRQ_INDEX));
        const place = await config.read(found.at + at, 4);
        expect(place & 7, 'BAR of it').to.be.at.most(5);
        const { size } = await done(bench, 'the region', device.regionInfo(place & 7));
        expect((place & ~7) + bytes(count), `the end of it in region ${place & 7}`).to.be.at.most(
          size,
        );
      },
      unlessCapability(PCI_CAP_ID_MSIX, 'no MSI-X'),
    ),
  ),
  check(
    'power',
    'the power state of a function goes to D3hot and comes back (PCIe Base Spec 7.5.2.2)',
    async (bench) => {
      const device = await ready(bench);
      const config = new Config(bench, device);
      const { at } = (await find(config, PCI_CAP_ID_PM)) ?? fail('there is no PM');
      for (const state of [3, 0]) {
        await config.write(at + PCI_PM_CTRL, 2, state);
        expect((await config.read(at + PCI_PM_CTRL, 2)) & 3, 'power state').to.equal(state);
      }
      await done(bench, 'info', device.info());
    },
    unlessCapability(PCI_CAP_ID_PM, 'no power management'),
  ),
  check(
    'flr',
    'a function-level reset leaves nothing of what a client wrote (PCIe Base Spec 6.6.2)',
    async (bench) => {
      const device = await ready(bench);
      const config = new Config(bench, device);
      const before = await imageOf(bench, device);
      const places = commonPlaces(before, await imageOf(bench, device));
      await scribble(bench, device);
      const { at } = (await find(config, PCI_CAP_ID_EXP)) ?? fail('there is no PCI Express');
      await config.write(at + PCI_EXP_DEVCTL, 2, PCI_EXP_DEVCTL_BCR_FLR);
      await settled(bench, 'a function-level reset', over(bench, device));
      await awake(bench, device);
      const after = await imageOf(bench, device);
      const left = [...places].filter((place) => after.get(place) !== before.get(place));
      expect(left, 'what is another after a function-level reset').to.deep.equal([]);
    },
    either(
      unlessCapability(PCI_CAP_ID_EXP, 'no PCI Express'),
      unless('no function-level reset', async (device, bench) => {
        const config = new Config(bench, device);
        const found = await find(config, PCI_CAP_ID_EXP);
        return (
          found !== undefined &&
          ((await config.read(found.at + PCI_EXP_DEVCAP, 4)) & PCI_EXP_DEVCAP_FLR) !== 0
        );
      }),
    ),
  ),
];

function unlessCapability(id: number, why: string): NonNullable<ConformanceCheck['without']> {
  return either(
    unlessPci,
    unless(why, async (device, bench) => {
      return (await find(new Config(bench, device), id)) !== undefined;
    }),
  );
}

async function find(config: Config, id: number): Promise<ListedCapability | undefined> {
  return standardList(await config.bytes()).find((found) => found.id === id);
}

/** A function answers EBUSY while it is reset. */
async function over(bench: Bench, device: Device): Promise<void> {
  for (let turn = 0; turn < 100; turn++) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    const isOver = await device.read(7, 0, new Uint8Array(4)).then(
      () => true,
      () => false,
    );
    if (isOver && turn > 2) {
      return;
    }
  }
  await done(bench, 'a read after a function-level reset', device.read(7, 0, new Uint8Array(4)));
}
