import type { Device, MmapArea } from '@mdevkit/core';
import {
  VFIO_DEVICE_FLAGS_PCI,
  VFIO_PCI_CONFIG_REGION_INDEX,
  VFIO_REGION_INFO_FLAG_MMAP,
  VFIO_REGION_INFO_FLAG_READ,
  VFIO_REGION_INFO_FLAG_WRITE,
} from '@mdevkit/uapi';
import { codeOf } from './outcome.js';

/** A region that is in use, as far as a check needs to know it. */
export interface UsedRegion {
  readonly index: number;
  /** Bytes. */
  readonly size: number;
  readonly readable: boolean;
  readonly writable: boolean;
  /** PCI configuration space: what reaches beyond the end is refused, not shortened. */
  readonly isConfig: boolean;
  /** What of it can be mapped. */
  readonly areas: readonly MmapArea[];
}

/** The regions that a device has, in the order of their indexes. */
export async function usedRegions(device: Device): Promise<readonly UsedRegion[]> {
  const { numRegions, flags: deviceFlags } = await device.info();
  const config = (deviceFlags & VFIO_DEVICE_FLAGS_PCI) === 0 ? -1 : VFIO_PCI_CONFIG_REGION_INDEX;
  const regions: UsedRegion[] = [];
  for (let index = 0; index < numRegions; index++) {
    if ((await codeOf(device.regionInfo(index))) === 'done') {
      const { size, flags, capabilities } = await device.regionInfo(index);
      const listed = capabilities.find(({ kind }) => kind === 'sparse-mmap');
      const whole = (flags & VFIO_REGION_INFO_FLAG_MMAP) === 0 ? [] : [{ offset: 0, size }];
      regions.push({
        index,
        size,
        readable: (flags & VFIO_REGION_INFO_FLAG_READ) !== 0,
        writable: (flags & VFIO_REGION_INFO_FLAG_WRITE) !== 0,
        isConfig: index === config,
        areas: listed?.kind === 'sparse-mmap' ? listed.areas : whole,
      });
    }
  }
  return regions.filter(({ size }) => size > 0);
}
