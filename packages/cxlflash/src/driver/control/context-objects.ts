import { implement, type Implementation } from '@mdevkit/core';
import { DK_CXLFLASH_ALL_PORTS_ACTIVE, DK_CXLFLASH_APP_CLOSE_ADAP_FD } from '@mdevkit/uapi';
import { ContextClass, HOST_STRIDE, MAX_TRANSFER } from '../../abi/index.js';
import type { FlashContext, FlashSlice } from '../context/index.js';
import type { Disk } from '../parent/index.js';

/**
 * What the contexts of a slice do on its control plane.
 *
 * Source: drivers/scsi/cxlflash/superpipe.c, cxlflash_disk_attach, cxlflash_disk_detach, cxlflash_cxl_release.
 */
export function contextObjects(
  slice: FlashSlice,
): Implementation<typeof ContextClass, FlashContext> {
  return implement(ContextClass).withState<FlashContext>(
    {
      attach: async ({ lun, flags, numInterrupts, pasid }, { client }) => {
        const request = { client, lun, flags, interrupts: numInterrupts, pasid };
        const context = slice.attach(request);
        try {
          const disk = slice.disk(lun);
          return {
            state: context,
            contextId: context.contextId,
            mmioSize: BigInt(HOST_STRIDE),
            mmioOffset: BigInt(context.number * HOST_STRIDE),
            ...sizesOf(disk),
            returnFlags: returnFlagsOf(disk),
          };
        } catch (error) {
          await slice.end(context);
          await context.events.free();
          throw error;
        }
      },
      attachReuse: (context, { contextId, lun }, { client }) => {
        slice.check(context, contextId, client, 'use');
        const disk = slice.disk(lun);
        const sizes = sizesOf(disk);
        context.attach(disk);
        return sizes;
      },
      detach: async (context, { contextId, lun }, { client }) => {
        slice.check(context, contextId, client, 'give-back');
        await slice.detach(context, lun);
      },
    },
    {
      release: async (context, reason) => {
        if (reason === 'close' || reason === 'driver-remove') {
          // They go one by one: begun together, they need not wait for one another.
          void slice.endAll(({ client }) => client === context.client);
        }
        await slice.end(context);
        // Of a device that goes the descriptor stays, until its holder has read what there is.
        if (reason !== 'driver-remove') {
          await context.events.free();
        }
      },
      descriptor: (context) => context.events,
    },
  );
}

function sizesOf({ store, lastLba }: Disk): {
  readonly blockSize: number;
  readonly lastLba: bigint;
  readonly maxTransfer: bigint;
} {
  return {
    blockSize: store.blockSize,
    lastLba: BigInt(lastLba),
    maxTransfer: BigInt(MAX_TRANSFER / store.blockSize),
  };
}

function returnFlagsOf({ ports }: Disk): number {
  const several = (ports & (ports - 1)) !== 0;
  return Number(DK_CXLFLASH_APP_CLOSE_ADAP_FD | (several ? DK_CXLFLASH_ALL_PORTS_ACTIVE : 0n));
}
