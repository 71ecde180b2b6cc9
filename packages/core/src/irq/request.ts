import {
  VFIO_IRQ_SET_ACTION_MASK,
  VFIO_IRQ_SET_ACTION_TRIGGER,
  VFIO_IRQ_SET_ACTION_TYPE_MASK,
  VFIO_IRQ_SET_ACTION_UNMASK,
  VFIO_IRQ_SET_DATA_BOOL,
  VFIO_IRQ_SET_DATA_EVENTFD,
  VFIO_IRQ_SET_DATA_NONE,
  VFIO_IRQ_SET_DATA_TYPE_MASK,
} from '@mdevkit/uapi';
import { failure } from '../errors/index.js';
import type { Slot } from './slot.js';

/** SET_IRQS after the shared validation: exactly one data type, and a range inside the index. */
export interface IrqRequest {
  readonly action: 'mask' | 'unmask' | 'trigger' | 'none';
  readonly data: 'none' | 'bool' | 'eventfd';
  readonly start: number;
  readonly count: number;
  readonly bools: Uint8Array;
  readonly slots: readonly Slot[];
}

/** What a client sent, unchecked. */
export interface RawIrqRequest {
  readonly index: number;
  readonly flags: number;
  readonly start: number;
  readonly count: number;
  readonly bools?: Uint8Array;
  readonly slots?: readonly Slot[];
}

const U32_MAX = 0xffff_ffff;
const noBools = new Uint8Array(0);

/**
 * The checks that every index shares, in the kernel's order: index, 32-bit overflow, unknown flags, range,
 * data type, payload. `counts` are the interrupts of each index. Throws EINVAL. Action bits are not looked
 * at: none or several of them match no operation later, which answers ENOTTY.
 *
 * Source: Linux drivers/vfio/vfio_main.c, vfio_set_irqs_validate_and_prepare.
 */
export function validateIrqRequest(raw: RawIrqRequest, counts: readonly number[]): IrqRequest {
  const { index, flags, start, count } = raw;
  const available = counts[index];
  if (available === undefined) {
    throw failure('irq.index', { index });
  }
  if (!isU32(start) || !isU32(count) || count >= U32_MAX - start) {
    throw failure('irq.count', { start, count });
  }
  if (
    !isU32(flags) ||
    (flags & ~(VFIO_IRQ_SET_DATA_TYPE_MASK | VFIO_IRQ_SET_ACTION_TYPE_MASK)) !== 0
  ) {
    throw failure('irq.flags', { flags });
  }
  if (start >= available || start + count > available) {
    throw failure('irq.range', { index, start, count, available });
  }
  const data = dataOf(flags);
  const bools = raw.bools ?? noBools;
  const slots = raw.slots ?? [];
  if ((data === 'bool' && bools.length < count) || (data === 'eventfd' && slots.length < count)) {
    throw failure('irq.payload', { count });
  }
  return { action: actionOf(flags), data, start, count, bools, slots };
}

/** Whether a number is an integer of 0 .. 2^32-1: bit operations would cut any other one. */
export function isU32(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= U32_MAX;
}

function dataOf(flags: number): IrqRequest['data'] {
  switch (flags & VFIO_IRQ_SET_DATA_TYPE_MASK) {
    case VFIO_IRQ_SET_DATA_NONE:
      return 'none';
    case VFIO_IRQ_SET_DATA_BOOL:
      return 'bool';
    case VFIO_IRQ_SET_DATA_EVENTFD:
      return 'eventfd';
    default:
      throw failure('irq.data-type', { flags });
  }
}

function actionOf(flags: number): IrqRequest['action'] {
  switch (flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) {
    case VFIO_IRQ_SET_ACTION_MASK:
      return 'mask';
    case VFIO_IRQ_SET_ACTION_UNMASK:
      return 'unmask';
    case VFIO_IRQ_SET_ACTION_TRIGGER:
      return 'trigger';
    default:
      return 'none';
  }
}
