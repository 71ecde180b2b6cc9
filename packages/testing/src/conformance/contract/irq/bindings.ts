import { LocalEventfd, type Device } from '@mdevkit/core';
import { expect } from 'chai';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import { check, codeAnswered, done, either, unlessReset } from '../support/index.js';
import { irqsOf, unlessAnyIrq, unlessIrq, usedIrqs } from './indexes.js';
import { eachIrq } from './each.js';
import { actions, Bell, bind, disable, poke } from './requests.js';

/** What is bound, over the life of an index and of a client. */
export const bindingChecks: readonly ConformanceCheck[] = [
  eachIrq(
    'eventfd',
    'an eventfd counts the signals (eventfd(2))',
    async (bench, device, { index }) => {
      using eventfd = new LocalEventfd();
      await bind(bench, device, index, eventfd);
      await poke(bench, device, index);
      expect(eventfd.read(), `signals of irq index ${index}`).to.be.at.least(1);
    },
  ),
  eachIrq(
    'again',
    'an index can be taken out of use and into use again and again (own rule: nothing of it is used up)',
    async (bench, device, { index }) => {
      for (let turn = 0; turn < 20; turn++) {
        const bell = new Bell();
        expect(await bind(bench, device, index, bell), `turn ${turn}`).to.equal('done');
        bell.rung = 0;
        await poke(bench, device, index);
        expect(bell.rung, `signals in turn ${turn}`).to.equal(1);
        await disable(bench, device, index);
        expect(bell.letGo, `the eventfd of turn ${turn} is let go`).to.equal(1);
      }
    },
  ),
  eachIrq(
    'throwing',
    'row throwing target: a target that throws does not reach the device (own rule)',
    async (bench, device, { index }) => {
      const signal = (): void => {
        throw new TypeError('a target that throws');
      };
      await bind(bench, device, index, { signal });
      expect(await poke(bench, device, index), 'a signal to it').to.equal('done');
    },
  ),
  check(
    'close',
    `row irqs at close: everything is unbound (drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_disable)`,
    async (bench) => {
      const { uuid } = await bench.create();
      const device = await bench.host.open(uuid);
      const bells = await bindEach(bench, device);
      await device.close();
      expect(bells.map(({ letGo }) => letGo)).to.deep.equal(bells.map(() => 1));
      await using next = await bench.host.open(uuid);
      for (const { index } of await usedIrqs(bench, next)) {
        expect(await poke(bench, next, index), `irq index ${index}, next client`).to.equal(
          'EINVAL',
        );
      }
    },
    unlessAnyIrq,
  ),
  check(
    'reset',
    `row irqs at reset: what is bound stays bound (drivers/vfio/pci/vfio_pci_core.c, vfio_pci_ioctl_reset)`,
    async (bench) => {
      const device = await bench.open();
      for (const { index } of await usedIrqs(bench, device)) {
        const bell = new Bell();
        await bind(bench, device, index, bell);
        await done(bench, 'a reset', device.reset());
        bell.rung = 0;
        expect(await poke(bench, device, index), `irq index ${index}`).to.equal('done');
        expect([bell.rung, bell.letGo]).to.deep.equal([1, 0]);
        await disable(bench, device, index);
      }
    },
    either(unlessAnyIrq, unlessReset),
  ),
  check(
    'unmask-second',
    'row unmask second: a second source is EBUSY (drivers/vfio/virqfd.c, vfio_virqfd_enable)',
    async (bench) => {
      const device = await bench.open();
      for (const { index } of await irqsOf(bench, device, 'level')) {
        await bind(bench, device, index, new Bell());
        const unmask = (): Promise<number> =>
          device.setIrqs({
            index,
            flags: 4 | actions.UNMASK,
            start: 0,
            count: 1,
            slots: [new Bell()],
          });
        expect(await codeAnswered(bench, 'a source', unmask())).to.equal('done');
        expect(await codeAnswered(bench, 'a second source', unmask())).to.equal('EBUSY');
      }
    },
    unlessIrq('level'),
  ),
];
async function bindEach(bench: Bench, device: Device): Promise<readonly Bell[]> {
  const bells: Bell[] = [];
  for (const { index } of await usedIrqs(bench, device)) {
    const bell = new Bell();
    if ((await bind(bench, device, index, bell)) === 'done') {
      bells.push(bell);
    }
  }
  return bells;
}
