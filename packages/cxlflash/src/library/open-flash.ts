import { MdevError, type MdevType } from '@mdevkit/core';
import { failure } from '../library-errors.js';
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
  const uuid = await createFirst(host, smallestFirst(types));
  if (uuid === undefined) {
    throw failure('cxlflash.no-device', { contexts, driver });
  }
  try {
    const device = await host.open(uuid);
    try {
      return await Flash.attach(device, options, async () => {
        await device.close();
        await removeIfThere(host, uuid);
      });
    } catch (error) {
      await device.close();
      throw error;
    }
  } catch (error) {
    await removeIfThere(host, uuid);
    throw error;
  }
}

/** Undefined if others took what there was, meanwhile. */
async function createFirst(
  host: FlashHost,
  candidates: readonly MdevType[],
): Promise<string | undefined> {
  for (const { parent, id } of candidates) {
    try {
      return (await host.create({ parent, type: id })).uuid;
    } catch (error) {
      if (!MdevError.is(error) || error.code !== 'EUSERS') {
        throw error;
      }
    }
  }
  return undefined;
}

/** The order of parents stays, which is by distance; within a parent the smallest type comes first. */
function smallestFirst(types: readonly MdevType[]): readonly MdevType[] {
  const parents = [...new Set(types.map(({ parent }) => parent))];
  return parents.flatMap((parent) =>
    types.filter((type) => type.parent === parent).sort((a, b) => contextsOf(a) - contextsOf(b)),
  );
}

function contextsOf({ attributes }: MdevType): number {
  return Number(attributes['contexts'] ?? 1);
}

/** The mdev may have been removed from under us: then it is what we want. */
async function removeIfThere(host: FlashHost, uuid: string): Promise<void> {
  try {
    await host.remove(uuid);
  } catch (error) {
    if (!MdevError.is(error) || (error.code !== 'ENODEV' && error.code !== 'EAGAIN')) {
      throw error;
    }
  }
}
