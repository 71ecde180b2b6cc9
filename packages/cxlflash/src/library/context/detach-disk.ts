import { MdevError, type Control, type ObjectDescriptor } from '@mdevkit/core';
import { ContextClass } from '../../abi/index.js';

/**
 * Has the driver take a disk away from a context (DK_CXLFLASH_DETACH). Answers its EBUSY `cxlflash.not-quiet`, with which the
 * disk is away, too, but the device still works on its commands. Throws what else the driver throws.
 */
export async function detachDisk(
  control: Control,
  handle: ObjectDescriptor,
  contextId: bigint,
  lun: number,
): Promise<MdevError | undefined> {
  try {
    await control.call(ContextClass, 'detach', { handle, contextId, lun });
    return undefined;
  } catch (error) {
    if (MdevError.is(error) && error.code === 'EBUSY') {
      return error;
    }
    throw error;
  }
}
