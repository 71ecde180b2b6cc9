import { openMdev, smallestFirst, type MdevType } from '@mdevkit/core';
import { failure } from '../errors/index.js';
import { Flash } from './flash.js';
import type { FlashHost } from './host.js';
import type { FlashOptions } from './options.js';

export interface OpenFlashOptions extends FlashOptions {
  /** Contexts that are needed; 1 by default. */
  readonly contexts?: number;
  /** The memory node that the device should be near to. */
  readonly nearNode?: number;
  /** Only devices of this driver; `cxlflash` by default. */
  readonly driver?: string;
}

/**
 * Finds a flash AFU, creates an mdev of it and takes it into use. The nearest comes first, then the smallest that has enough
 * contexts. Closing the flash closes the device and removes the mdev.
 *
 * Throws ENODEV `cxlflash.no-device` when there is none, and what host and device throw; nothing is left then.
 *
 * Source: open-power/capiflash src/block/cflash_block_int.c, cblk_open.
 */
export async function openFlash(host: FlashHost, options: OpenFlashOptions = {}): Promise<Flash> {
  const { contexts = 1, nearNode, driver = 'cxlflash' } = options;
  const types = host
    .findTypes({ driver, ...(nearNode === undefined ? {} : { nearNode }) })
    .filter((type) => contextsOf(type) >= contexts);
  const flash = await openMdev(host, smallestFirst(types, contextsOf), (device, release) =>
    Flash.attach(device, options, release),
  );
  if (flash === undefined) {
    throw failure('cxlflash.no-device', { contexts, driver });
  }
  return flash;
}

function contextsOf({ attributes }: MdevType): number {
  return Number(attributes['contexts'] ?? 1);
}
