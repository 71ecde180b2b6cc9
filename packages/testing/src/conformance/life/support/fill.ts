import type { Device } from '@mdevkit/core';
import { codeOf, usedRegions } from '../../support/index.js';
import { isPci, makeReady } from './regions.js';
import { VFIO_PCI_CONFIG_REGION_INDEX } from '@mdevkit/uapi';

/** Bytes from the start of a region that are written to. */
const FILLED = 0x200;

/** Writes a byte everywhere in the first part of each region but config space, in accesses of `width` bytes. */
export async function fillRegisters(device: Device, byte: number, width = 4): Promise<void> {
  await makeReady(device);
  const config = (await isPci(device)) ? VFIO_PCI_CONFIG_REGION_INDEX : -1;
  const bytes = new Uint8Array(width).fill(byte);
  for (const { index, size, writable } of await usedRegions(device)) {
    if (writable && index !== config) {
      for (let offset = 0; offset + width <= Math.min(size, FILLED); offset += width) {
        await codeOf(device.write(index, offset, bytes));
      }
    }
  }
}

/** Fills all that can be mapped, by mapping it. */
export async function fillMemory(device: Device, byte: number): Promise<void> {
  await makeReady(device);
  for (const { index, areas } of await usedRegions(device)) {
    for (const { offset, size } of areas) {
      using mapping = await device.mmap(index, offset, size);
      mapping.bytes.fill(byte);
    }
  }
}

export async function hasMemory(device: Device): Promise<boolean> {
  return (await usedRegions(device)).some(({ areas }) => areas.length > 0);
}
