import { MdevError, type MdevType } from '@mdevkit/core';
import type { AlgorithmName } from '../abi/index.js';
import { failure } from '../errors.js';
import { Accelerator } from './accelerator.js';
import type { AcceleratorHost } from './host.js';
import type { AttachOptions } from './options.js';

export interface OpenOptions extends AttachOptions {
  /** Every one of them must be offered. */
  readonly algorithms: readonly AlgorithmName[];
  /** The memory node that the device should be near to. */
  readonly nearNode?: number;
  /** Only devices of this driver. */
  readonly driver?: string;
}

/**
 * Finds an accelerator that offers the algorithms and as many queues as wanted (1 by default), creates an
 * mdev of it and takes it into use. The nearest comes first, then the smallest that has enough queues.
 * Closing the accelerator closes the device and removes the mdev.
 *
 * Throws ENODEV `accel.no-device` when there is none, and what host and device throw; nothing is left then.
 *
 * Source: UADK wd.c, wd_get_accel_dev, wd_request_ctx.
 */
export async function openAccelerator(
  host: AcceleratorHost,
  options: OpenOptions,
): Promise<Accelerator> {
  const { algorithms, nearNode, driver, queues = 1 } = options;
  const candidates = host
    .findTypes({
      algorithms,
      ...(nearNode === undefined ? {} : { nearNode }),
      ...(driver === undefined ? {} : { driver }),
    })
    .filter((type) => queuesOf(type) >= queues);
  const uuid = await createFirst(host, smallestFirst(candidates));
  if (uuid === undefined) {
    throw failure('accel.no-device', { algorithms: algorithms.join(' '), queues });
  }
  try {
    const device = await host.open(uuid);
    try {
      return await Accelerator.attach(device, { ...options, queues }, async () => {
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
  host: AcceleratorHost,
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
    types.filter((type) => type.parent === parent).sort((a, b) => queuesOf(a) - queuesOf(b)),
  );
}

function queuesOf({ attributes }: MdevType): number {
  return Number(attributes['queues'] ?? 1);
}

/** The mdev may have been removed from under us: then it is what we want. */
async function removeIfThere(host: AcceleratorHost, uuid: string): Promise<void> {
  try {
    await host.remove(uuid);
  } catch (error) {
    if (!MdevError.is(error) || (error.code !== 'ENODEV' && error.code !== 'EAGAIN')) {
      throw error;
    }
  }
}
