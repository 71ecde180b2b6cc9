import { failure } from '../errors/index.js';
import type { IrqSource, IrqTarget } from './target.js';

/** See `IrqSlot` of the device contract; repeated here by shape, because irq knows nothing of devices. */
export type Slot = IrqTarget | IrqSource | number;

/** Turns a descriptor number of a binary call into what it stands for; throws EBADF or EINVAL. */
export type ResolveDescriptor = (descriptor: number) => Slot;

/** In process there are no descriptors: every number is a bad one. */
export const noDescriptors: ResolveDescriptor = (descriptor) => {
  throw failure('irq.bad-descriptor', { descriptor });
};

/** The target in a slot, or undefined for a negative number. Throws EBADF or EINVAL. */
export function slotTarget(slot: Slot, resolve: ResolveDescriptor): IrqTarget | undefined {
  const held = typeof slot === 'number' && slot >= 0 ? resolve(slot) : slot;
  if (typeof held === 'number') {
    return undefined;
  }
  if (!('signal' in held) || typeof held.signal !== 'function') {
    throw failure('irq.not-eventfd');
  }
  return held;
}

/** The source in a slot, or undefined for a negative number. Throws EBADF or EINVAL. */
export function slotSource(slot: Slot, resolve: ResolveDescriptor): IrqSource | undefined {
  const held = typeof slot === 'number' && slot >= 0 ? resolve(slot) : slot;
  if (typeof held === 'number') {
    return undefined;
  }
  if (!('subscribe' in held) || typeof held.subscribe !== 'function') {
    throw failure('irq.not-eventfd');
  }
  return held;
}
