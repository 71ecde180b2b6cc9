import { DmaFaultError, MdevError } from '@mdevkit/core';
import { expect } from 'chai';
import type { Bench, ServiceCall, ServiceName } from '../bench/index.js';
import type { ConformanceCheck, ConformanceGroup } from '../check.js';
import { codeOf, doWork, useRandomly } from './support/index.js';

/** The n-th call of a life that fails, at the most. */
const MOST = 24;

/** What strikes a call of a model. */
interface Strike {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly service: ServiceName;
  readonly methods: readonly string[];
  readonly strike: (bench: Bench, call: ServiceCall) => void;
}

const DMA = [
  'read',
  'write',
  'fill',
  'copy',
  'gather',
  'scatter',
  'view',
  'views',
  'fetch',
  'store',
];

const strikes: readonly Strike[] = [
  {
    id: 'dma',
    title: 'a DMA faults',
    source: 'drivers/iommu/io-pgfault.c; PCIe Base Spec 10.2',
    service: 'dma',
    methods: DMA,
    strike: () => {
      throw fault();
    },
  },
  {
    id: 'dma-late',
    title: 'time jumps by a minute in a DMA',
    source: 'own rule',
    service: 'dma',
    methods: DMA,
    strike: (bench) => {
      jumpSoon(bench);
    },
  },
  {
    id: 'timer',
    title: 'time jumps by a minute when a timer is set',
    source: 'own rule',
    service: 'clock',
    methods: ['schedule'],
    strike: (bench) => {
      jumpSoon(bench);
    },
  },
  {
    id: 'dma-surprise',
    title: 'the device is pulled out in a DMA',
    source: 'PCIe Base Spec 6.7.2.1',
    service: 'dma',
    methods: DMA,
    strike: ({ watch }, { mdev }) => {
      void watch.mdev(mdev).surpriseRemove();
    },
  },
  {
    id: 'irq-surprise',
    title: 'the device is pulled out in an interrupt',
    source: 'PCIe Base Spec 6.7.2.1',
    service: 'irqs',
    methods: ['trigger', 'assert'],
    strike: ({ watch }, { mdev }) => {
      void watch.mdev(mdev).surpriseRemove();
    },
  },
];

/** A life from its creation to its removal, in which the n-th call of a kind is struck. Answers whether it came to it. */
async function lifeWith(
  bench: Bench,
  { service, methods, strike }: Strike,
  nth: number,
): Promise<boolean> {
  let count = 0;
  bench.watch.onService = (call) => {
    if (call.service === service && methods.includes(call.method)) {
      count += 1;
      if (count === nth) {
        strike(bench, call);
      }
    }
  };
  const { uuid } = await bench.create();
  const device = await bench.host.open(uuid);
  const used: Promise<unknown> = doWork(bench, device) ?? useRandomly(device, 81, 120);
  await bench.within(
    'the work',
    used.catch(() => undefined),
  );
  await bench.within('a reset', codeOf(device.reset()));
  await bench.within('a close', device.close());
  await bench.within('a removal', codeOf(bench.host.remove(uuid, 0)));
  await bench.settle(1000);
  bench.watch.onService = undefined;
  return count >= nth;
}

function failNth(strike: Strike): ConformanceCheck {
  return {
    id: `fail-nth-${strike.id}`,
    title: `${strike.title}, at every one of a life in turn: it ends, and nothing is left (${strike.source})`,
    without: async (bench) =>
      (await lifeWith(bench, strike, 1))
        ? undefined
        : `no ${strike.methods[0] ?? ''} of ${strike.service}`,
    run: async (bench) => {
      await lifeWith(bench, strike, Infinity);
      const before = [bench.ledger.count, bench.clock.pendingCount];
      for (let nth = 1; nth <= MOST && (await lifeWith(bench, strike, nth)); nth++) {
        const after = [bench.ledger.count, bench.clock.pendingCount];
        expect(after, `disposables and timers after number ${nth}`).to.deep.equal(before);
      }
      expect(bench.strayErrors.map(String), 'errors that nobody catches').to.deep.equal([]);
    },
  };
}

const throwing: readonly ConformanceCheck[] = [91, 92, 93, 94].map((seed) => ({
  id: `throws-${seed}`,
  title: `no handler throws anything but an MdevError, whatever a client writes, seed ${seed} (own rule)`,
  run: async (bench) => {
    const device = await bench.open();
    const { answers } = await useRandomly(device, seed, 250);
    await bench.settle(10_000);
    const broken = answers.filter(({ reason = '' }) => reason.startsWith('model.'));
    expect(
      broken.map(({ told: access, reason }) => `${access}, ${reason ?? ''}`).slice(0, 3),
      'accesses whose handler did not answer as a handler must',
    ).to.deep.equal([]);
    const failed = bench.log.filter(({ message }) => message.startsWith('a handler of the device'));
    const told = failed.map(
      ({ fields }) => `${String(fields['handler'])}: ${String(fields['error'])}`,
    );
    expect(told.slice(0, 3), 'what handlers threw').to.deep.equal([]);
    expect(bench.strayErrors.map(String), 'what timers and promises threw').to.deep.equal([]);
  },
}));

const others: readonly ConformanceCheck[] = [
  {
    id: 'fail-open',
    title:
      'an open that is refused leaves a device that the next one gets (include/linux/vfio.h, open_device)',
    run: async (bench) => {
      const { uuid } = await bench.create();
      bench.watch.onCall = ({ kind }) => {
        if (kind === 'open') {
          throw new MdevError('ENOMEM', 'conformance.no-memory', 'there is no memory');
        }
      };
      expect(await codeOf(bench.host.open(uuid))).to.equal('ENOMEM');
      bench.watch.onCall = undefined;
      await useRandomly(await bench.openAs(uuid), 95, 30);
    },
  },
  {
    id: 'fail-memory',
    title: 'a client that lends no memory has a device that answers (PCIe Base Spec 10.2)',
    run: async (bench) => {
      const device = await bench.open();
      bench.watch.onService = ({ service, method }) => {
        if (service === 'dma' && DMA.includes(method)) {
          throw fault();
        }
      };
      const used: Promise<unknown> = doWork(bench, device) ?? useRandomly(device, 96, 120);
      await bench.within(
        'the work',
        used.catch(() => undefined),
      );
      bench.watch.onService = undefined;
      expect(await codeOf(device.info())).to.equal('done');
      expect(bench.strayErrors.map(String), 'errors that nobody catches').to.deep.equal([]);
    },
  },
];

function fault(): DmaFaultError {
  return new DmaFaultError({ iova: 0n, length: 1, access: 'read', cause: 'unmapped', pasid: 1 });
}

function jumpSoon(bench: Bench): void {
  queueMicrotask(() => {
    bench.advance(60_000);
  });
}

/** What fails on the way, in the device or around it. */
export const failures: ConformanceGroup = {
  name: 'failures',
  checks: [...throwing, ...others, ...strikes.map(failNth)],
};
