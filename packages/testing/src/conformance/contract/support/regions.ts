import type { Device } from '@mdevkit/core';
import { enableFunction } from '@mdevkit/pci';
import type { Bench } from '../../bench/index.js';

/** A device that answers on all its regions: a PCI function decodes its BARs. */
export async function ready(bench: Bench): Promise<Device> {
  const device = await bench.open();
  await awake(bench, device);
  return device;
}

export async function awake(bench: Bench, device: Device): Promise<void> {
  if (bench.type.deviceApi === 'vfio-pci') {
    await enableFunction(device);
  }
}
