import type { Device, MmapArea } from '@mdevkit/core';
import { enableFunction } from '@mdevkit/pci';
import {
  VFIO_DEVICE_FLAGS_PCI,
  VFIO_DEVICE_FLAGS_RESET,
  VFIO_REGION_INFO_FLAG_MMAP,
  VFIO_REGION_INFO_FLAG_READ,
  VFIO_REGION_INFO_FLAG_WRITE,
} from '@mdevkit/uapi';
import { codeOf } from './outcome.js';

/** A region that is in use, as far as a check needs to know it. */
export interface UsedRegion {
  readonly index: number;
  readonly size: number;
  readonly isReadable: boolean;
  readonly isWritable: boolean;
  /** What of it can be mapped. */
  readonly areas: readonly MmapArea[];
}

/** The regions that a device has, in the order of their indexes. */
export async function usedRegions(device: Device): Promise<readonly UsedRegion[]> {
  const { numRegions } = await device.info();
  const regions: UsedRegion[] = [];
  for (let index = 0; index < numRegions; index++) {
    if ((await codeOf(device.regionInfo(index))) === 'done') {
      const { size, flags, capabilities } = await device.regionInfo(index);
      const listed = capabilities.find(({ kind }) => kind === 'sparse-mmap');
      const whole = (flags & VFIO_REGION_INFO_FLAG_MMAP) === 0 ? [] : [{ offset: 0, size }];
      const areas = listed?.kind === 'sparse-mmap' ? listed.areas : whole;
      const isReadable = (flags & VFIO_REGION_INFO_FLAG_READ) !== 0;
      const isWritable = (flags & VFIO_REGION_INFO_FLAG_WRITE) !== 0;
      regions.push({ index, size, isReadable, isWritable, areas });
    }
  }
  return regions.filter(({ size }) => size > 0);
}

export async function isPci(device: Device): Promise<boolean> {
  return ((await device.info()).flags & VFIO_DEVICE_FLAGS_PCI) !== 0;
}

export async function canReset(device: Device): Promise<boolean> {
  return ((await device.info()).flags & VFIO_DEVICE_FLAGS_RESET) !== 0;
}

/** Lets a PCI function answer on its BARs and reach memory; nothing for others. */
export async function makeReady(device: Device): Promise<void> {
  if (await isPci(device)) {
    await enableFunction(device);
  }
}
