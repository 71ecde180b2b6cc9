import { AddressSpace, type DeviceModel } from '@mdevkit/core';
import { expect } from 'chai';
import { describeCalls, type Bench, type ServiceCall } from '../bench/index.js';
import type { ConformanceCheck, ConformanceGroup } from '../check.js';
import { codeOf, doWork, live, needs, needsWork, useRandomly } from './support/index.js';

const IRQS = 'own rule: Irqs, DeviceModel.irqs';
const DRAIN =
  'drivers/iommu/iommu-sva.c, iommu_sva_unbind_device; own rule: DeviceModel.drainPasid';

/** What is wrong with an interrupt that a model raises. */
function faultOf({ irqs }: DeviceModel, { method, irq }: ServiceCall): string | undefined {
  if (irq === undefined) {
    return undefined;
  }
  const spec = irqs[irq.index];
  if (spec === undefined || spec.kind === 'absent') {
    return `index ${irq.index}, which the device does not have`;
  }
  if (irq.subindex >= spec.count) {
    return `${irq.subindex} of index ${spec.name}, which has ${spec.count}`;
  }
  return method === 'assert' && spec.kind !== 'level'
    ? `the line of index ${spec.name}, which has none`
    : undefined;
}

function requireKnown(bench: Bench, uuid: string): void {
  const { inner } = bench.watch.mdev(uuid);
  const faults = bench.watch
    .callsOf(uuid)
    .map((call) => (inner === undefined ? undefined : faultOf(inner, call)));
  const found = [...new Set(faults)].filter((fault) => fault !== undefined);
  expect(found, 'interrupts that the device raised').to.deep.equal([]);
}

const irqs: readonly ConformanceCheck[] = [
  ...[171, 172, 173].map((seed) => ({
    id: `irqs-known-${seed}`,
    title: `a device raises interrupts that it has, whatever a client writes, seed ${seed} (${IRQS})`,
    run: async (bench: Bench) => {
      const { uuid } = await bench.create();
      await useRandomly(await bench.openAs(uuid), seed, 150);
      await bench.settle(10_000);
      requireKnown(bench, uuid);
    },
  })),
  {
    id: 'irqs-known-work',
    title: `a device that works raises interrupts that it has, and those for a client only (${IRQS})`,
    without: needsWork,
    run: async (bench) => {
      const { uuid } = await bench.create();
      const device = await bench.openAs(uuid);
      await doWork(bench, device);
      requireKnown(bench, uuid);
      const specs = bench.watch.mdev(uuid).inner?.irqs ?? [];
      const told = bench.watch.callsOf(uuid).filter(({ irq }) => {
        const spec = specs[irq?.index ?? -1];
        return spec?.kind === 'signal' && spec.role !== undefined;
      });
      expect(told, `work that went well, but ${describeCalls(told)}`).to.have.length(0);
    },
  },
];

const silent: readonly ConformanceCheck[] = [
  {
    id: 'removed-silent-unused',
    title:
      'an mdev that nobody has opened goes without a sound (own rule: DeviceModel[Symbol.dispose] releases, and nothing else)',
    run: async (bench) => {
      const { uuid } = await bench.create();
      await bench.host.remove(uuid, 0);
      await bench.settle(60_000);
      const calls = bench.watch.callsOf(uuid);
      expect(calls, describeCalls(calls)).to.have.length(0);
    },
  },
  {
    id: 'removed-silent-used',
    title:
      'an mdev that is closed goes without a sound (own rule: DeviceModel[Symbol.dispose] releases, and nothing else)',
    run: async (bench) => {
      const { uuid, device } = await live(bench, 0.5);
      await bench.within('a close', device.close());
      await bench.settle(60_000);
      bench.watch.forget();
      await bench.host.remove(uuid, 0);
      await bench.settle(60_000);
      const calls = bench.watch.callsOf(uuid);
      expect(calls, describeCalls(calls)).to.have.length(0);
    },
  },
];

const canBind = needs('further PASIDs', async (device) => {
  const bound = device.bind(new AddressSpace());
  const code = await codeOf(bound);
  await (code === 'done' ? bound.then((binding) => binding.unbind()) : undefined);
  return code === 'done';
});

/** The end of a PASID, which the device must not refuse. */
async function requireDrained(bench: Bench, uuid: string): Promise<void> {
  const device = await bench.openAs(uuid);
  const work = Promise.resolve(doWork(bench, device) ?? useRandomly(device, 174, 60));
  const ended = work.catch(() => undefined);
  const binding = await device.bind(new AddressSpace());
  await bench.within('the end of a PASID in use', binding.unbind());
  await bench.within('the work', ended);
  const idle = await device.bind(new AddressSpace());
  await bench.within('the end of a PASID that nobody uses', idle.unbind());
  const drains = bench.watch.hooksOf(uuid, 'drainPasid').map(({ outcome }) => outcome);
  expect(drains, 'how the device answers the end of a PASID').to.deep.equal(['done', 'done']);
}

const drains: readonly ConformanceCheck[] = [
  {
    id: 'drain-done',
    title: `a device takes the end of a PASID, with work there or without, and goes on (${DRAIN})`,
    without: canBind,
    run: async (bench) => {
      const { uuid } = await bench.create();
      await requireDrained(bench, uuid);
      const errors = bench.log.filter(({ level }) => level === 'error');
      expect(errors.map(({ message }) => message)).to.deep.equal([]);
    },
  },
  {
    id: 'drain-at-close',
    title: `a client that goes with a PASID of its own leaves a device that the next one can use (${DRAIN})`,
    without: canBind,
    run: async (bench) => {
      const { uuid } = await bench.create();
      for (let client = 0; client < 3; client++) {
        const device = await bench.openAs(uuid);
        await device.bind(new AddressSpace());
        await bench.within('a close', device.close());
      }
      const failed = bench.watch
        .hooksOf(uuid, 'drainPasid')
        .filter(({ outcome }) => outcome !== 'done');
      expect(failed, 'ends of a PASID that the device did not answer').to.have.length(0);
      await requireDrained(bench, (await bench.create()).uuid);
    },
  },
];

/** What a device says to the world beside its answers, and when it must not. */
export const interrupts: ConformanceGroup = {
  name: 'interrupts and silence',
  checks: [...irqs, ...silent, ...drains],
};
