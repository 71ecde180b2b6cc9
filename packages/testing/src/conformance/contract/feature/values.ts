import type { Device } from '@mdevkit/core';
import { VFIO_DEVICE_STATE_RUNNING } from '@mdevkit/uapi';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import { imageFrom, into } from '../migration/image.js';
import { unlessMigration } from '../migration/states.js';
import {
  awake,
  check,
  done,
  either,
  fail,
  ready,
  scribble,
  unlessReset,
  unlessTwo,
} from '../support/index.js';
import {
  getFeature,
  isTaken,
  setAgain,
  setFeatures,
  unlessKept,
  type KeptFeature,
} from './kept.js';

const own = 'own rule: what a client sets is state of the device';
const open = 'row fresh open; drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_enable';
const reset = 'row reset order; drivers/vfio/pci/vfio_pci_core.c, vfio_pci_ioctl_reset';
const migration = 'include/uapi/linux/vfio.h, enum vfio_device_mig_state';

/** Features whose value a client can set, wherever it goes from there. */
export const valueChecks: readonly ConformanceCheck[] = [
  check(
    'value-kept',
    `what is set stays, as time goes on (${own})`,
    async (bench) => {
      const device = await ready(bench);
      const features = await setFeatures(bench, device);
      await bench.settle(100);
      await expectValues(bench, device, features, 'other', 'after it was set');
    },
    unlessKept,
  ),
  check(
    'value-whole',
    `a SET that is taken is not forgotten in part: a byte that changes shows, or is refused (${own})`,
    async (bench) => {
      const device = await ready(bench);
      for (const { id } of await setFeatures(bench, device)) {
        await expectWhole(bench, device, id);
      }
    },
    unlessKept,
  ),
  check(
    'value-reset',
    `what was set is gone after a reset (${reset})`,
    async (bench) => {
      const device = await ready(bench);
      const features = await setFeatures(bench, device);
      await done(bench, 'a reset', device.reset());
      await expectValues(bench, device, features, 'initial', 'after a reset');
    },
    either(unlessReset, unlessKept),
  ),
  check(
    'value-close',
    `what was set is gone for the next client (${open})`,
    async (bench) => {
      const { uuid } = await bench.create();
      let features: readonly KeptFeature[] = [];
      {
        await using device = await bench.host.open(uuid);
        await awake(bench, device);
        features = await setFeatures(bench, device);
      }
      const next = await bench.openAs(uuid);
      await awake(bench, next);
      await expectValues(bench, next, features, 'initial', 'for the next client');
    },
    unlessKept,
  ),
  check(
    'value-apart',
    'what is set on an mdev does not show on another one (own rule: mdevs have nothing of each other)',
    async (bench) => {
      const [device, old] = [await ready(bench), await ready(bench)];
      const features = await setFeatures(bench, device);
      await expectValues(bench, old, features, 'initial', 'on another mdev');
      await scribble(bench, old, 50);
      await expectValues(bench, device, features, 'other', 'after writes to another mdev');
    },
    either(unlessTwo, unlessKept),
  ),
  check(
    'value-migrates',
    `what was set is so on the device that is restored (${migration})`,
    async (bench) => {
      const [from, to] = [await ready(bench), await ready(bench)];
      const features = await setFeatures(bench, from);
      await into(bench, to, await imageFrom(bench, from));
      await done(bench, 'a way to RUNNING', to.setMigrationState(VFIO_DEVICE_STATE_RUNNING));
      await expectValues(bench, to, features, 'other', 'on the device that was restored');
    },
    either(unlessMigration, unlessTwo, unlessKept),
  ),
  check(
    'value-restored',
    `what was set before a device is restored is not left on it (${migration})`,
    async (bench) => {
      const [from, to] = [await ready(bench), await ready(bench)];
      const features = await setFeatures(bench, to);
      await into(bench, to, await imageFrom(bench, from));
      await done(bench, 'a way to RUNNING', to.setMigrationState(VFIO_DEVICE_STATE_RUNNING));
      await expectValues(bench, to, features, 'initial', 'on a used device that was restored');
    },
    either(unlessMigration, unlessTwo, unlessKept),
  ),
  check(
    'value-again',
    `what was set once is taken again after a reset (${own})`,
    async (bench) => {
      const device = await ready(bench);
      const features = await setFeatures(bench, device);
      await done(bench, 'a reset', device.reset());
      await awake(bench, device);
      for (const feature of features) {
        await setAgain(bench, device, feature);
      }
      await expectValues(bench, device, features, 'other', 'when it was set again');
    },
    either(unlessReset, unlessKept),
  ),
];

/** Changes one byte after the other. */
async function expectWhole(bench: Bench, device: Device, id: number): Promise<void> {
  for (let at = 0; ; at++) {
    const was = await getFeature(bench, device, id);
    if (was === undefined || at >= was.length) {
      return;
    }
    const value = was.slice();
    value[at] = (value[at] ?? 0) ^ 1;
    if (await isTaken(bench, device, id, value)) {
      const now = await getFeature(bench, device, id);
      if (now === undefined || Buffer.compare(now, was) === 0) {
        fail(`feature ${id} took a SET of ${value.join()}, and is still ${was.join()}`);
      }
    }
  }
}

async function expectValues(
  bench: Bench,
  device: Device,
  features: readonly KeptFeature[],
  which: 'initial' | 'other',
  when: string,
): Promise<void> {
  for (const feature of features) {
    const now = await getFeature(bench, device, feature.id);
    if (now === undefined || Buffer.compare(now, feature[which]) !== 0) {
      const wanted = `${feature[which].join()} ${when}`;
      fail(`feature ${feature.id} is ${now?.join() ?? 'refused'}, and not ${wanted}`);
    }
  }
}
