import type { Device } from '@mdevkit/core';
import { expect } from 'chai';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import {
  awake,
  check,
  done,
  ready,
  scribble,
  SEED,
  unlessReset,
  unlessTwo,
} from '../support/index.js';

const PAGE = 4096;
const SIZE = 64 * PAGE;
const seeds = [SEED, SEED + 1];
const MILLISECONDS = 1000;

/** Memory that the device must leave alone: a defect of a driver that keeps views or pieces of work. */
export const memoryChecks: readonly ConformanceCheck[] = seeds.flatMap((seed, i) => [
  check(
    `memory-read-only-${i}`,
    `no DMA writes to memory that is lent for reading only, sequence ${i} (row rw permission; drivers/vfio/vfio_iommu_type1.c, vfio_iommu_type1_dma_rw)`,
    async (bench) => {
      const device = await ready(bench);
      const memory = marked();
      await done(bench, 'a map', device.dmaMap({ iova: 0, memory, write: false }));
      await busy(bench, device, seed);
      expectMarked(memory, 'read-only memory');
    },
  ),
  check(
    `memory-guard-${i}`,
    `no DMA writes beside what is mapped, sequence ${i} (drivers/vfio/vfio_iommu_type1.c, vfio_pin_map_dma)`,
    async (bench) => {
      const device = await ready(bench);
      const memory = marked();
      const map = { iova: 0, memory, offset: SIZE / 4, size: SIZE / 2 };
      await done(bench, 'a map', device.dmaMap(map));
      await busy(bench, device, seed);
      expectMarked(memory.subarray(0, SIZE / 4), 'memory before the map');
      expectMarked(memory.subarray((3 * SIZE) / 4), 'memory behind the map');
    },
  ),
  check(
    `memory-unmapped-${i}`,
    `no DMA comes after an unmap, sequence ${i} (rows unmap unpins, quiesce calls; drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_unmap)`,
    async (bench) => {
      const device = await ready(bench);
      const memory = marked();
      await done(bench, 'a map', device.dmaMap({ iova: 0, memory }));
      await scribble(bench, device, 200, seed);
      await done(bench, 'an unmap', device.dmaUnmap(0, SIZE));
      memory.fill(MARK);
      await busy(bench, device, seed);
      expectMarked(memory, 'memory that was unmapped');
    },
  ),
  check(
    `memory-closed-${i}`,
    `no DMA comes after the close, sequence ${i} (row fresh open; drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_disable)`,
    async (bench) => {
      const { uuid } = await bench.create();
      const memory = marked();
      const device = await bench.host.open(uuid);
      await awake(bench, device);
      await done(bench, 'a map', device.dmaMap({ iova: 0, memory }));
      await scribble(bench, device, 200, seed);
      await done(bench, 'a close', device.close());
      memory.fill(MARK);
      await bench.settle(MILLISECONDS);
      await using next = await bench.host.open(uuid);
      await awake(bench, next);
      await busy(bench, next, seed);
      expectMarked(memory, 'memory of the client that has closed');
    },
  ),
  check(
    `memory-reset-${i}`,
    `no DMA of work from before comes after a reset, sequence ${i} (row reset order; PCIe Base Spec 6.6.2)`,
    async (bench) => {
      const device = await ready(bench);
      const memory = marked();
      await done(bench, 'a map', device.dmaMap({ iova: 0, memory }));
      await scribble(bench, device, 200, seed);
      await done(bench, 'a reset', device.reset());
      memory.fill(MARK);
      await bench.settle(MILLISECONDS);
      await done(bench, 'info', device.info());
      expectMarked(memory, 'memory after a reset');
    },
    unlessReset,
  ),
  check(
    `memory-apart-${i}`,
    `no DMA of one mdev reaches the memory of another one, sequence ${i} (own rule: mdevs have nothing of each other)`,
    async (bench) => {
      const [one, other] = [await ready(bench), await ready(bench)];
      const memory = marked();
      await done(bench, 'a map', other.dmaMap({ iova: 0, memory }));
      await done(bench, 'a map', one.dmaMap({ iova: 0, memory: new Uint8Array(SIZE) }));
      await busy(bench, one, seed);
      expectMarked(memory, 'memory of the other mdev');
    },
    unlessTwo,
  ),
]);

const MARK = 0x6b;

function marked(): Uint8Array {
  return new Uint8Array(SIZE).fill(MARK);
}

async function busy(bench: Bench, device: Device, seed: number): Promise<void> {
  await scribble(bench, device, 200, seed);
  await bench.settle(MILLISECONDS);
  await done(bench, 'info', device.info());
}

function expectMarked(memory: Uint8Array, which: string): void {
  expect(
    memory.findIndex((byte) => byte !== MARK),
    `${which}: the first byte that the device wrote`,
  ).to.equal(-1);
}
