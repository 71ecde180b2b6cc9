import {
  VFIO_IRQ_SET_ACTION_TRIGGER,
  VFIO_IRQ_SET_ACTION_UNMASK,
  VFIO_IRQ_SET_DATA_EVENTFD,
  VFIO_IRQ_SET_DATA_NONE,
} from '@mdevkit/uapi';
import type { Device, IrqSlot } from './contract.js';

/** Binds targets to the vectors of an index from `start` on, and enables the index if it was not. */
export function bindIrqs(
  device: Device,
  index: number,
  slots: readonly IrqSlot[],
  start = 0,
): Promise<number> {
  const flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
  return device.setIrqs({ index, flags, start, count: slots.length, slots });
}

/** Unbinds and disables a whole index. */
export async function disableIrqs(device: Device, index: number): Promise<void> {
  const flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER;
  await device.setIrqs({ index, flags, start: 0, count: 0 });
}

/** Lets a level interrupt fire again. */
export async function unmaskIrq(device: Device, index: number): Promise<void> {
  const flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_UNMASK;
  await device.setIrqs({ index, flags, start: 0, count: 1 });
}
