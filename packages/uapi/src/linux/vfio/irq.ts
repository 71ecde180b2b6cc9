import { struct, tail, u32, u8 } from '../../codec/index.js';

/**
 * Interrupts: VFIO_DEVICE_GET_IRQ_INFO and VFIO_DEVICE_SET_IRQS.
 *
 * Source: `include/uapi/linux/vfio.h`.
 */

/**
 * Flags of {@link VfioIrqInfo}: can be signalled by eventfd; can be masked; masks itself when it
 * fires; the number in use cannot change without disabling all of the index.
 */
export const VFIO_IRQ_INFO_EVENTFD = 1 << 0;
export const VFIO_IRQ_INFO_MASKABLE = 1 << 1;
export const VFIO_IRQ_INFO_AUTOMASKED = 1 << 2;
export const VFIO_IRQ_INFO_NORESIZE = 1 << 3;

/** Answer of VFIO_DEVICE_GET_IRQ_INFO; an index that is not there has count 0. */
export const VfioIrqInfo = struct('vfio_irq_info', {
  argsz: u32(0),
  flags: u32(4),
  index: u32(8),
  count: u32(12),
});

/** Flags of {@link VfioIrqSet}: what `data` holds, exactly one. */
export const VFIO_IRQ_SET_DATA_NONE = 1 << 0;
export const VFIO_IRQ_SET_DATA_BOOL = 1 << 1;
export const VFIO_IRQ_SET_DATA_EVENTFD = 1 << 2;
export const VFIO_IRQ_SET_DATA_TYPE_MASK =
  VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_DATA_EVENTFD;

/** Flags of {@link VfioIrqSet}: what to do, exactly one. */
export const VFIO_IRQ_SET_ACTION_MASK = 1 << 3;
export const VFIO_IRQ_SET_ACTION_UNMASK = 1 << 4;
export const VFIO_IRQ_SET_ACTION_TRIGGER = 1 << 5;
export const VFIO_IRQ_SET_ACTION_TYPE_MASK =
  VFIO_IRQ_SET_ACTION_MASK | VFIO_IRQ_SET_ACTION_UNMASK | VFIO_IRQ_SET_ACTION_TRIGGER;

/**
 * Argument of VFIO_DEVICE_SET_IRQS, for `count` interrupts of an index from `start` on. `data`
 * holds nothing, a byte for each (DATA_BOOL) or a signed 32-bit descriptor for each
 * (DATA_EVENTFD).
 */
export const VfioIrqSet = struct('vfio_irq_set', {
  argsz: u32(0),
  flags: u32(4),
  index: u32(8),
  start: u32(12),
  count: u32(16),
  data: tail(20, u8),
});
