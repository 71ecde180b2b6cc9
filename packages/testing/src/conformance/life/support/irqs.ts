import { bindIrqs, irqCallback, type Device } from '@mdevkit/core';
import { VFIO_IRQ_INFO_AUTOMASKED } from '@mdevkit/uapi';
import { codeOf } from '../../support/index.js';

/** An interrupt index that a client can enable. */
export interface UsedIrq {
  readonly index: number;
  readonly count: number;
  readonly isLevel: boolean;
}

/** The interrupt indexes that a device has. */
export async function usedIrqs(device: Device): Promise<readonly UsedIrq[]> {
  const { numIrqs } = await device.info();
  const irqs: UsedIrq[] = [];
  for (let index = 0; index < numIrqs; index++) {
    if ((await codeOf(device.irqInfo(index))) === 'done') {
      const { count, flags } = await device.irqInfo(index);
      irqs.push({ index, count, isLevel: (flags & VFIO_IRQ_INFO_AUTOMASKED) !== 0 });
    }
  }
  return irqs.filter(({ count }) => count > 0);
}

/** Interrupts that came, by index. */
export interface Rung {
  readonly counts: Map<number, number>;
  readonly total: number;
}

/**
 * Binds a counter to every vector of every index that can be enabled beside the others: the last of those with vectors,
 * and all notifications. Indexes that are refused stay as they are.
 */
export async function bindAll(device: Device): Promise<Rung> {
  const counts = new Map<number, number>();
  for (const { index, count } of [...(await usedIrqs(device))].reverse()) {
    const slots = Array.from({ length: count }, () =>
      irqCallback(() => counts.set(index, (counts.get(index) ?? 0) + 1)),
    );
    await codeOf(bindIrqs(device, index, slots));
  }
  return {
    counts,
    get total() {
      return [...counts.values()].reduce((sum, count) => sum + count, 0);
    },
  };
}
