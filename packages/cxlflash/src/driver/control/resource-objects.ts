import { implement, type Implementation } from '@mdevkit/core';
import { ResourceClass, type ContextClass } from '../../abi/index.js';
import { failure } from '../../errors/index.js';
import type { FlashContext, FlashSlice, Resource } from '../context/index.js';

/**
 * What the handles of a slice do on its control plane. A handle whose disk was detached is dead already; releasing it says
 * so, and it is gone all the same.
 *
 * Source: drivers/scsi/cxlflash/superpipe.c, cxlflash_disk_direct_open, _cxlflash_disk_release.
 */
export function resourceObjects(
  slice: FlashSlice,
  contexts: Implementation<typeof ContextClass, FlashContext>,
): Implementation<typeof ResourceClass, Resource> {
  return implement(ResourceClass).withState<Resource>(
    {
      userDirect: ({ context: ref, contextId, lun }, { client }) => {
        const context = contexts.of(ref);
        slice.check(context, contextId, client, 'use');
        const disk = slice.disk(lun);
        const lastLba = BigInt(disk.lastLba);
        const resource = context.open(disk);
        return { state: resource, rsrcHandle: resource.handle, lastLba };
      },
      release: (resource) => {
        if (resource.wasTaken) {
          throw failure('cxlflash.released', { rsrcHandle: resource.handle });
        }
      },
    },
    {
      release: async (resource, reason) => {
        const isUnused = resource.context.release(resource);
        // Otherwise its context goes, too, and waits for the same commands.
        if (reason === 'destroy') {
          await isUnused;
        }
      },
    },
  );
}
