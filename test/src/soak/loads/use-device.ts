import type { Device } from '@mdevkit/core';
import type { SoakWay } from '../ways.js';

/** Creates an mdev, opens it for `use`, and gives both back whatever happens. The first error counts. */
export async function useDevice(
  way: SoakWay,
  parent: string,
  type: string,
  use: (device: Device) => Promise<void>,
): Promise<void> {
  const { uuid } = await way.create({ parent, type });
  let failed: unknown;
  try {
    const device = await way.open(uuid);
    try {
      await use(device);
    } finally {
      await device.close();
    }
  } catch (error) {
    failed = error;
  }
  // A fault may have pulled the mdev out.
  await way.remove(uuid).catch((error: unknown) => {
    failed ??= error;
  });
  if (failed !== undefined) {
    throw failed as Error;
  }
}
