import type { Device } from '@mdevkit/core';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';

type Without = NonNullable<ConformanceCheck['without']>;

/** The check applies if a device of the type has something; `what` it has not. */
export function needs(what: string, has: (device: Device) => boolean | Promise<boolean>): Without {
  return async (bench) => ((await onDevice(bench, has)) ? undefined : `no ${what}`);
}

/** The check needs so many mdevs of one parent at once. */
export function needsRoom(count: number): Without {
  return ({ type }) =>
    type.availableInstances >= count ? undefined : `no room for ${count} mdevs of a parent`;
}

/** Asks a device, which is gone afterwards. */
export async function onDevice<T>(
  bench: Bench,
  ask: (device: Device) => T | Promise<T>,
): Promise<T> {
  const { uuid } = await bench.create();
  const device = await bench.host.open(uuid);
  try {
    return await ask(device);
  } finally {
    await device.close();
    await bench.host.remove(uuid, 0);
  }
}

/** The check needs a driver that gives its work. */
export const needsWork: Without = ({ options }) =>
  options.work === undefined ? 'no work given' : undefined;

/** All of them, asked in their order. */
export function both(...needed: readonly Without[]): Without {
  return async (bench) => {
    for (const without of needed) {
      const why = await without(bench);
      if (why !== undefined) {
        return why;
      }
    }
    return undefined;
  };
}
