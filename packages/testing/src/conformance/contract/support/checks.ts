import type { Device } from '@mdevkit/core';
import { VFIO_DEVICE_FLAGS_RESET } from '@mdevkit/uapi';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck, ConformanceGroup } from '../../check.js';

export type Run = (bench: Bench) => Promise<void>;
export type Without = NonNullable<ConformanceCheck['without']>;

/** A check; its id is completed with the name of the group. */
export function check(id: string, title: string, run: Run, without?: Without): ConformanceCheck {
  return without === undefined ? { id, title, run } : { id, title, run, without };
}

export function group(name: string, checks: readonly ConformanceCheck[]): ConformanceGroup {
  return { name, checks: checks.map((each) => ({ ...each, id: `${name}-${each.id}` })) };
}

/** Why a check does not apply, if a look at an open device says so. */
export function unless(
  why: string,
  applies: (device: Device, bench: Bench) => boolean | Promise<boolean>,
): Without {
  return async (bench) => {
    const { uuid } = await bench.create();
    const device = await bench.host.open(uuid);
    try {
      return (await applies(device, bench)) ? undefined : why;
    } finally {
      await device.close();
      await bench.host.remove(uuid, 0);
    }
  };
}

export const unlessReset: Without = unless('cannot be reset', async (device) => {
  return ((await device.info()).flags & VFIO_DEVICE_FLAGS_RESET) !== 0;
});

export const unlessTwo: Without = ({ type }) =>
  type.availableInstances < 2 ? 'the parent has room for one mdev of this type only' : undefined;

export const unlessPci: Without = ({ type }) =>
  type.deviceApi === 'vfio-pci' ? undefined : 'no vfio-pci device';

/** The first reason of several. */
export function either(...reasons: readonly Without[]): Without {
  return async (bench) => {
    for (const reason of reasons) {
      const why = await reason(bench);
      if (why !== undefined) {
        return why;
      }
    }
    return undefined;
  };
}
