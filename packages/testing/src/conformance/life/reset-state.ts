import type { Device } from '@mdevkit/core';
import { expect } from 'chai';
import { describeCalls, type Bench } from '../bench/index.js';
import type { ConformanceCheck, ConformanceGroup } from '../check.js';
import { resetKinds, type ResetKind } from './resets.js';
import {
  codeOf,
  canReset,
  fillMemory,
  fillRegisters,
  hasMemory,
  live,
  needs,
  placeOf,
  requireFresh,
  requireSameAnswers,
  scribble,
  takeBaseline,
  useRandomly,
} from './support/index.js';

/** Uses the device, resets it, and looks whether it reads as at its first open. */
async function useAndReset(
  bench: Bench,
  kind: ResetKind,
  use: (device: Device) => Promise<unknown>,
  times = 1,
): Promise<void> {
  const baseline = await takeBaseline(bench);
  const device = await bench.openAs(baseline.uuid);
  for (let time = 0; time < times; time++) {
    await use(device);
    await kind.reset(bench, device);
  }
  const kept = [...baseline.first.keys()].filter((chunk) => kind.keeps(...placeOf(chunk)));
  const changing = new Set([...baseline.changing, ...kept]);
  await requireFresh(bench, device, { ...baseline, changing }, `after ${kind.title}`);
}

const uses: readonly (readonly [
  id: string,
  title: string,
  use: (device: Device) => Promise<unknown>,
  times?: number,
])[] = [
  ['filled-ff', '0xff was written everywhere', (device) => fillRegisters(device, 0xff)],
  ['filled-a5', '0xa5 was written everywhere', (device) => fillRegisters(device, 0xa5)],
  ['filled-1', '0x01 was written everywhere', (device) => fillRegisters(device, 1)],
  ['used-31', 'random use, seed 31', (device) => useRandomly(device, 31, 150)],
  ['used-32', 'random use, seed 32', (device) => useRandomly(device, 32, 150)],
  ['many', 'random use and a reset, five times', (device) => useRandomly(device, 33, 40), 5],
];

function stateChecks(kind: ResetKind): readonly ConformanceCheck[] {
  const { id, title, source } = kind;
  const without = needs(kind.name, kind.has);
  return [
    ...uses.map(([use, what, run, times]) => ({
      id: `${id}-${use}`,
      title: `${title} after ${what} leads back to reset state (${source})`,
      without,
      run: (bench: Bench) => useAndReset(bench, kind, run, times),
    })),
    {
      id: `${id}-memory`,
      title: `${title} clears the memory that clients map (${source})`,
      without: needs(`${kind.name} or no memory that can be mapped`, async (device) =>
        (await kind.has(device)) ? hasMemory(device) : false,
      ),
      run: (bench) => useAndReset(bench, kind, (device) => fillMemory(device, 0xa5)),
    },
    {
      id: `${id}-answers`,
      title: `after ${title} a client is answered as after an open (${source})`,
      without,
      run: async (bench) => {
        const { uuid, changing } = await takeBaseline(bench);
        const device = await bench.openAs(uuid);
        const { answers } = await useRandomly(device, 34);
        await kind.reset(bench, device);
        const again = await useRandomly(device, 34);
        const kept = answers
          .map(({ chunk }) => chunk)
          .filter((chunk) => kind.keeps(...placeOf(chunk)));
        requireSameAnswers(again.answers, answers, new Set([...changing, ...kept]));
      },
    },
  ];
}

function flightChecks(kind: ResetKind): readonly ConformanceCheck[] {
  const { id, title, source } = kind;
  const without = needs(kind.name, kind.has);
  return (['dma', 'irqs', 'events'] as const).map((service, index) => ({
    id: `${id}-${service}`,
    title: `work in flight is abandoned by ${title}: no ${service} of it comes afterwards (${source})`,
    without,
    run: async (bench) => {
      const { uuid, device, letGo } = await live(bench, 0.4 + 0.2 * index);
      letGo();
      await kind.reset(bench, device);
      await bench.settle(60_000);
      const calls = bench.watch.callsOf(uuid).filter((call) => call.service === service);
      expect(calls, describeCalls(calls)).to.have.length(0);
    },
  }));
}

const others: readonly ConformanceCheck[] = [
  {
    id: 'reset-missing',
    title:
      'a device without RESET flag refuses a reset and stays as it is (vfio_pci_core.c, vfio_pci_ioctl_reset)',
    without: needs('device that cannot be reset', async (device) => !(await canReset(device))),
    run: async (bench) => {
      const device = await bench.open();
      expect(await codeOf(device.reset())).to.equal('EINVAL');
      expect(await codeOf(device.info())).to.equal('done');
    },
  },
  {
    id: 'reset-contended',
    title:
      'of two resets at once one is done, the other done or refused (vfio_pci_core.c, vfio_pci_ioctl_reset)',
    without: needs('RESET flag', canReset),
    run: async (bench) => {
      const device = await bench.open();
      const both = Promise.all([codeOf(device.reset()), codeOf(device.reset())]);
      const codes = await bench.within('two resets', both);
      expect(codes).to.include('done');
      expect(['done', 'EAGAIN']).to.include.members(codes);
      await scribble(device, 35);
    },
  },
  {
    id: 'reset-keeps',
    title:
      'a reset keeps what a client has bound and mapped (vfio_pci_core.c, vfio_pci_ioctl_reset)',
    without: needs('RESET flag', canReset),
    run: async (bench) => {
      const device = await bench.open();
      await device.dmaMap({ iova: 0x100000, memory: new Uint8Array(4096) });
      await device.reset();
      expect(await device.dmaUnmap(0x100000, 4096), 'bytes that are still mapped').to.equal(4096);
    },
  },
];

/** A device in the hands of a client comes back to where it was when it was opened. */
export const resetState: ConformanceGroup = {
  name: 'reset',
  checks: [
    ...resetKinds.flatMap((kind) => [...stateChecks(kind), ...flightChecks(kind)]),
    ...others,
  ],
};
