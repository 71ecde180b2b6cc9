import { MdevError, type Device } from '@mdevkit/core';
import type { SoakWay } from '../ways.js';

/** Creates an mdev, opens it for `use`, and gives both back whatever happens. The first error counts. */
export async function useDevice(
  way: SoakWay,
  parent: string,
  type: string,
  use: (device: Device, uuid: string) => Promise<void>,
): Promise<void> {
  const { uuid } = await way.create({ parent, type });
  let failed: unknown;
  try {
    const device = await way.open(uuid);
    try {
      await use(device, uuid);
    } finally {
      await device.close();
    }
  } catch (error) {
    failed = error;
  }
  await way.remove(uuid).catch((error: unknown) => {
    // It was pulled out already, or is going.
    if (!MdevError.is(error) || !GONE.has(error.reason)) {
      failed ??= error;
    }
  });
  if (failed !== undefined) {
    throw failed as Error;
  }
}

const GONE: ReadonlySet<string> = new Set(['mdev.not-found', 'mdev.removing', 'parent.leaving']);
