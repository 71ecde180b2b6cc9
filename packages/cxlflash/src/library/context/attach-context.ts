import type { ObjectDescriptor } from '@mdevkit/core';
import { ContextClass } from '../../abi/index.js';
import { attachFlags } from '../lun/index.js';
import { HostWindow } from '../setup/index.js';
import type { ContextParts } from './context-parts.js';
import { DiskSet } from './disk-set.js';
import type { CheckedContextOptions } from './options.js';

/** A context that the driver has made, and that was not brought up. */
export interface AttachedContext {
  readonly descriptor: ObjectDescriptor;
  readonly contextId: bigint;
  readonly window: HostWindow;
  /** The first one. */
  readonly disks: DiskSet;
}

/**
 * Has the driver make a context (DK_CXLFLASH_ATTACH). Throws what the driver throws, EOPNOTSUPP `cxlflash.block-size`;
 * nothing is left then.
 */
export async function attachContext(
  { device, control, capability }: ContextParts,
  { disk, access, interrupts, bufferBytes }: CheckedContextOptions,
): Promise<AttachedContext> {
  const attached = await control.call(ContextClass, 'attach', {
    lun: disk,
    flags: attachFlags(access),
    numInterrupts: interrupts,
  });
  const { handle: descriptor, contextId, mmioOffset } = attached;
  try {
    const disks = new DiskSet(bufferBytes);
    disks.add(disk, attached);
    const window = new HostWindow(device, capability.host_bar, Number(mmioOffset));
    return { descriptor, contextId, window, disks };
  } catch (error) {
    await descriptor.close();
    throw error;
  }
}
