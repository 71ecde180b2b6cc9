import {
  VFIO_IRQ_SET_ACTION_MASK,
  VFIO_IRQ_SET_ACTION_TRIGGER,
  VFIO_IRQ_SET_ACTION_UNMASK,
  VFIO_IRQ_SET_ACTION_TYPE_MASK,
  VFIO_IRQ_SET_DATA_BOOL,
  VFIO_IRQ_SET_DATA_EVENTFD,
  VFIO_IRQ_SET_DATA_NONE,
  VFIO_IRQ_SET_DATA_TYPE_MASK,
} from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';

/** SET_IRQS as it came: the fixed part, and the bytes behind it. */
export interface IrqSet {
  readonly index: number;
  /** VFIO_IRQ_SET_*. */
  readonly flags: number;
  readonly start: number;
  readonly count: number;
  readonly data: Uint8Array;
  /** Descriptors that came with it. */
  readonly descriptors: number;
}

const DATA = [VFIO_IRQ_SET_DATA_NONE, VFIO_IRQ_SET_DATA_BOOL, VFIO_IRQ_SET_DATA_EVENTFD];
const ACTIONS = [VFIO_IRQ_SET_ACTION_MASK, VFIO_IRQ_SET_ACTION_UNMASK, VFIO_IRQ_SET_ACTION_TRIGGER];

export function dataOf({ flags }: IrqSet): number {
  return flags & VFIO_IRQ_SET_DATA_TYPE_MASK;
}

export function actionOf({ flags }: IrqSet): number {
  return flags & VFIO_IRQ_SET_ACTION_TYPE_MASK;
}

/** Whether it disables the whole index. */
export function isDisable(set: IrqSet): boolean {
  return (
    set.start === 0 &&
    set.count === 0 &&
    dataOf(set) === VFIO_IRQ_SET_DATA_NONE &&
    actionOf(set) === VFIO_IRQ_SET_ACTION_TRIGGER
  );
}

/**
 * The rules that the message has, before those of the index: `available` are its interrupts. Throws EINVAL
 * `vfio-user.irq-flags`, `vfio-user.irq-range`, `vfio-user.irq-data`, `vfio-user.descriptors`.
 */
export function checkIrqSet(set: IrqSet, available: number): void {
  const { flags, start, count, data, descriptors } = set;
  const known = (flags & ~(VFIO_IRQ_SET_DATA_TYPE_MASK | VFIO_IRQ_SET_ACTION_TYPE_MASK)) === 0;
  if (!known || !DATA.includes(dataOf(set)) || !ACTIONS.includes(actionOf(set))) {
    throw failure('vfio-user.irq-flags', { flags });
  }
  if (isDisable(set) && descriptors === 0) {
    return;
  }
  if (count === 0 || count > available - start) {
    throw failure('vfio-user.irq-range', { start, count, available });
  }
  if (dataOf(set) === VFIO_IRQ_SET_DATA_BOOL && data.length !== count) {
    throw failure('vfio-user.irq-data', { count, bytes: data.length });
  }
  const wanted = dataOf(set) === VFIO_IRQ_SET_DATA_EVENTFD ? count : 0;
  if (descriptors !== 0 && descriptors !== wanted) {
    throw failure('vfio-user.descriptors', { wanted, descriptors });
  }
}
