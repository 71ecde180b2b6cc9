import { bindIrqs, type Device } from '@mdevkit/core';
import { expect } from 'chai';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import {
  awake,
  check,
  codeAnswered,
  done,
  either,
  ready,
  scribble,
  unlessReset,
  unlessTwo,
} from '../support/index.js';
import { unlessAnyIrq, usedIrqs } from './indexes.js';
import { Bell, disable } from './requests.js';

const MILLISECONDS = 100;
const own = 'own rule: the same device does the same';

/** What comes when a client writes to everything: a defect of a driver, and not of the core. */
export const deliveryChecks: readonly ConformanceCheck[] = [
  check(
    'delivery-disabled',
    'no interrupt comes to an index that was taken out of use (drivers/vfio/pci/vfio_pci_intrs.c, vfio_msi_disable, vfio_intx_disable)',
    async (bench) => {
      const device = await ready(bench);
      for (const { index, count } of await usedIrqs(bench, device)) {
        const bells = await bindVectors(bench, device, index, count);
        await disable(bench, device, index);
        const before = rungOf(bells);
        await provoke(bench, device);
        expect(rungOf(bells), `signals of irq index ${index}`).to.deep.equal(before);
      }
    },
    unlessAnyIrq,
  ),
  check(
    'delivery-closed',
    'no interrupt comes after the close (row irqs at close; drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_disable)',
    async (bench) => {
      const { uuid } = await bench.create();
      const bells = await provoked(bench, await bench.host.open(uuid));
      const before = rungOf(bells);
      await using next = await bench.host.open(uuid);
      await awake(bench, next);
      await provoke(bench, next);
      expect(rungOf(bells), 'signals to the client that has closed').to.deep.equal(before);
    },
    unlessAnyIrq,
  ),
  check(
    'delivery-next',
    `a client gets the interrupts that the one before it got for the same writes (${own})`,
    async (bench) => {
      const { uuid } = await bench.create();
      const first = rungOf(await provoked(bench, await bench.host.open(uuid)));
      const next = rungOf(await provoked(bench, await bench.host.open(uuid)));
      expect(next, 'signals by vector').to.deep.equal(first);
    },
    unlessAnyIrq,
  ),
  check(
    'delivery-twins',
    `two new mdevs of a type give the same interrupts for the same writes (${own})`,
    async (bench) => {
      const first = rungOf(await provoked(bench, await bench.open()));
      const other = rungOf(await provoked(bench, await bench.open()));
      expect(other, 'signals by vector').to.deep.equal(first);
    },
    either(unlessAnyIrq, unlessTwo),
  ),
  check(
    'delivery-neighbour',
    'writes to one mdev interrupt the client of no other one (own rule: mdevs have nothing of each other)',
    async (bench) => {
      const [one, other] = [await ready(bench), await ready(bench)];
      for (const { index, count } of await usedIrqs(bench, other)) {
        const bells = await bindVectors(bench, other, index, count);
        const before = rungOf(bells);
        await provoke(bench, one);
        expect(rungOf(bells), `signals of irq index ${index} of the other`).to.deep.equal(before);
        await disable(bench, other, index);
      }
    },
    either(unlessAnyIrq, unlessTwo),
  ),
  check(
    'delivery-reset',
    `after a reset the same writes give the same interrupts (row reset keeps; ${own})`,
    async (bench) => {
      const device = await ready(bench);
      for (const { index, count } of await usedIrqs(bench, device)) {
        const before = await anew(bench, device, index, count);
        const first = rungOf(before);
        await scribble(bench, device, 300);
        await done(bench, 'a reset', device.reset());
        const begun = rungOf(before);
        await bench.settle(MILLISECONDS);
        expect(rungOf(before), 'signals of what was begun before a reset').to.deep.equal(begun);
        const after = await anew(bench, device, index, count);
        expect(rungOf(after), 'signals by vector').to.deep.equal(first);
        await disable(bench, device, index);
      }
    },
    either(unlessAnyIrq, unlessReset),
  ),
];

/** Writes to a device with everything bound, and closes it. */
async function provoked(bench: Bench, device: Device): Promise<readonly Bell[]> {
  await awake(bench, device);
  const bells: Bell[] = [];
  for (const { index, count } of await usedIrqs(bench, device)) {
    bells.push(...(await bindVectors(bench, device, index, count)));
  }
  await provoke(bench, device);
  await device.close();
  return bells;
}

/** Resets a device, binds all vectors of an index and writes to everything. */
async function anew(
  bench: Bench,
  device: Device,
  index: number,
  count: number,
): Promise<readonly Bell[]> {
  await disable(bench, device, index);
  await done(bench, 'a reset', device.reset());
  await awake(bench, device);
  const bells = await bindVectors(bench, device, index, count);
  await provoke(bench, device);
  return bells;
}

async function provoke(bench: Bench, device: Device): Promise<void> {
  await scribble(bench, device, 300);
  await bench.settle(MILLISECONDS);
}

async function bindVectors(
  bench: Bench,
  device: Device,
  index: number,
  count: number,
): Promise<readonly Bell[]> {
  const bells = Array.from({ length: count }, () => new Bell());
  await codeAnswered(bench, `enabling irq index ${index}`, bindIrqs(device, index, bells));
  return bells;
}

function rungOf(bells: readonly Bell[]): readonly number[] {
  return bells.map(({ rung }) => rung);
}
