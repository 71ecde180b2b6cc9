import { openMdev, smallestFirst, type MdevType } from '@mdevkit/core';
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
  const accelerator = await openMdev(host, smallestFirst(candidates, queuesOf), (device, release) =>
    Accelerator.attach(device, { ...options, queues }, release),
  );
  if (accelerator === undefined) {
    throw failure('accel.no-device', { algorithms: algorithms.join(' '), queues });
  }
  return accelerator;
}

function queuesOf({ attributes }: MdevType): number {
  return Number(attributes['queues'] ?? 1);
}
