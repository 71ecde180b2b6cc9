import { enableFunction } from '@mdevkit/pci';
import type { Device, MmapArea } from '@mdevkit/core';
import {
  VFIO_PCI_CONFIG_REGION_INDEX,
  VFIO_REGION_INFO_FLAG_MMAP,
  VFIO_REGION_INFO_FLAG_READ,
  VFIO_REGION_INFO_FLAG_WRITE,
} from '@mdevkit/uapi';
import type { Bench } from '../../bench/index.js';
import { codeOf } from './answer.js';

/** A region that is in use. */
export interface UsedRegion {
  readonly index: number;
  /** Bytes. */
  readonly size: number;
  readonly readable: boolean;
  readonly writable: boolean;
  /** PCI configuration space: what reaches beyond the end is refused, not shortened. */
  readonly isConfig: boolean;
  /** What can be mapped. */
  readonly areas: readonly MmapArea[];
}

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

export async function usedRegions(bench: Bench, device: Device): Promise<readonly UsedRegion[]> {
  const { numRegions } = await device.info();
  const regions: UsedRegion[] = [];
  for (let index = 0; index < numRegions; index++) {
    if ((await codeOf(bench, `info of region ${index}`, device.regionInfo(index))) !== 'done') {
      continue;
    }
    const { flags, size, capabilities } = await device.regionInfo(index);
    if (size > 0) {
      const sparse = capabilities.find((capability) => capability.kind === 'sparse-mmap');
      const whole = (flags & VFIO_REGION_INFO_FLAG_MMAP) === 0 ? [] : [{ offset: 0, size }];
      regions.push({
        index,
        size,
        readable: (flags & VFIO_REGION_INFO_FLAG_READ) !== 0,
        writable: (flags & VFIO_REGION_INFO_FLAG_WRITE) !== 0,
        isConfig: isConfig(bench, index),
        areas: sparse?.kind === 'sparse-mmap' ? sparse.areas : whole,
      });
    }
  }
  return regions;
}

function isConfig(bench: Bench, index: number): boolean {
  return bench.type.deviceApi === 'vfio-pci' && index === VFIO_PCI_CONFIG_REGION_INDEX;
}
