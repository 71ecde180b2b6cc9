import { bindIrqs, type Device } from '@mdevkit/core';
import { VFIO_IRQ_SET_DATA_BOOL } from '@mdevkit/uapi';
import { expect } from 'chai';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import { check, codeAnswered, done, unless } from '../support/index.js';
import { irqsOf, type UsedIrq } from './indexes.js';
import { eachMessage } from './each.js';
import { actions, Bell, bind, disable, poke } from './requests.js';

const intrs = 'drivers/vfio/pci/vfio_pci_intrs.c';

const unlessFixed = unless('no message index that cannot grow', async (device, bench) => {
  return (await irqsOf(bench, device, 'message')).some((irq) => !irq.resizable && irq.count > 1);
});

/** Vectors and what is bound to them. */
export const vectorChecks: readonly ConformanceCheck[] = [
  eachMessage(
    'all',
    `row message vectors: all vectors that an index says can be had at once (${intrs}, vfio_msi_enable)`,
    async (bench, device, irq) => {
      const bells = await bindAll(bench, device, irq);
      expect(
        bells.reduce((sum, { rung }) => sum + rung, 0),
        'signals by enabling',
      ).to.equal(0);
    },
  ),
  eachMessage(
    'own',
    `every vector signals what is bound to it, and nothing else (${intrs}, vfio_pci_set_msi_trigger)`,
    async (bench, device, irq) => {
      const bells = await bindAll(bench, device, irq);
      for (let vector = 0; vector < irq.count; vector++) {
        const flags = actions.TRIGGER | VFIO_IRQ_SET_DATA_BOOL;
        const request = {
          index: irq.index,
          flags,
          start: vector,
          count: 1,
          bools: Uint8Array.of(1),
        };
        await done(bench, `a signal of vector ${vector}`, device.setIrqs(request));
        expect(
          bells.findIndex(({ rung }) => rung > 0),
          'the vector that signalled',
        ).to.equal(vector);
        bells.forEach((bell) => (bell.rung = 0));
      }
    },
  ),
  eachMessage(
    'bools',
    `BOOL signals the vectors whose byte is not 0 (${intrs}, vfio_pci_set_msi_trigger)`,
    async (bench, device, irq) => {
      const bells = await bindAll(bench, device, irq);
      const bools = Uint8Array.from({ length: irq.count }, (_, i) => (i % 2 === 0 ? 0xff : 0));
      const flags = actions.TRIGGER | VFIO_IRQ_SET_DATA_BOOL;
      const request = { index: irq.index, flags, start: 0, count: irq.count, bools };
      await done(bench, 'a signal of every other vector', device.setIrqs(request));
      expect(bells.map(({ rung }) => rung)).to.deep.equal(
        [...bools].map((bool) => (bool === 0 ? 0 : 1)),
      );
    },
  ),
  eachMessage(
    'holes',
    `vectors that are unbound are passed over (${intrs}, vfio_msi_set_vector_signal)`,
    async (bench, device, irq) => {
      await bindAll(bench, device, irq);
      const slots = Array.from({ length: irq.count }, () => -1);
      await done(bench, 'unbinding all vectors', bindIrqs(device, irq.index, slots));
      expect(await poke(bench, device, irq.index), 'a signal of an unbound vector').to.equal(
        'done',
      );
    },
  ),
  eachMessage(
    'zero',
    'row message no vector: EVENTFD with start 0 and count 0 while off is EINVAL (own rule)',
    async (bench, device, { index }) => {
      const call = bindIrqs(device, index, []);
      expect(await codeAnswered(bench, 'enabling no vector', call)).to.equal('EINVAL');
    },
  ),
  eachMessage(
    'partial',
    `row message enabling: a failure in the enabling call disables the index (${intrs}, vfio_pci_set_msi_trigger)`,
    async (bench, device, irq) => {
      const bell = new Bell();
      const slots = irq.count === 1 ? [9] : [bell, 9];
      expect(await codeAnswered(bench, 'enabling', bindIrqs(device, irq.index, slots))).to.equal(
        'EBADF',
      );
      expect(await poke(bench, device, irq.index), 'a signal afterwards').to.equal('EINVAL');
      expect(bell.letGo, 'what was bound is let go').to.equal(irq.count === 1 ? 0 : 1);
    },
  ),
  check(
    'fixed',
    `row message fixed: a vector that was not allocated cannot be bound (${intrs}, vfio_msi_alloc_irq)`,
    async (bench) => {
      const device = await bench.open();
      for (const irq of await irqsOf(bench, device, 'message')) {
        if (!irq.resizable && irq.count > 1) {
          await bind(bench, device, irq.index, new Bell());
          const late = bindIrqs(device, irq.index, [new Bell()], 1);
          expect(await codeAnswered(bench, 'binding vector 1', late)).to.equal('EINVAL');
          await disable(bench, device, irq.index);
        }
      }
    },
    unlessFixed,
  ),
];

async function bindAll(bench: Bench, device: Device, { index, count }: UsedIrq): Promise<Bell[]> {
  const bells = Array.from({ length: count }, () => new Bell());
  const answer = await done(bench, `enabling ${count} vectors`, bindIrqs(device, index, bells));
  expect(answer, `vectors of irq index ${index}, if fewer can be had than it says`).to.equal(0);
  return bells;
}

/** One exclusive index and all signal indexes, bound. */
