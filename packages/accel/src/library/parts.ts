import { disableIrqs, unlessGone, type Device } from '@mdevkit/core';
import { VFIO_PCI_MSIX_IRQ_INDEX } from '@mdevkit/uapi';
import type { AccelCapabilityValue } from '../abi/index.js';
import { failure } from '../errors.js';
import {
  allocateInProcess,
  DEFAULT_BUFFER_BYTES,
  DEFAULT_DEPTH,
  DEFAULT_IOVA,
  depthLog2Of,
  requireMemory,
  type AttachOptions,
} from './options.js';
import { AccelQueue, QueueMemory } from './queue/index.js';
import { DeviceQueue } from './setup/index.js';

/** A queue with what the accelerator needs to set it up and to take it down. */
export interface Part {
  readonly queue: AccelQueue;
  readonly device: DeviceQueue;
  readonly memory: QueueMemory;
}

/**
 * The queues of an accelerator, not set up. Throws `accel.no-device` for more queues than there are, `accel.job`
 * for other impossible options.
 */
export function makeParts(
  device: Device,
  capability: AccelCapabilityValue,
  options: AttachOptions,
): readonly Part[] {
  const count = options.queues ?? capability.queue_count;
  if (!Number.isInteger(count) || count < 1 || count > capability.queue_count) {
    throw failure('accel.no-device', { queues: count, has: capability.queue_count });
  }
  const depthLog2 = depthLog2Of(options.depth ?? DEFAULT_DEPTH, capability.max_depth_log2);
  const { bufferBytes = DEFAULT_BUFFER_BYTES } = options;
  let { iova = DEFAULT_IOVA } = options;
  requireMemory(iova, bufferBytes);
  const parts: Part[] = [];
  try {
    for (let index = 0; index < count; index++) {
      const memory = new QueueMemory({
        allocate: options.allocateMemory ?? allocateInProcess,
        iova,
        depthLog2,
        bufferBytes,
      });
      iova += memory.bytes.length;
      const deviceQueue = new DeviceQueue(device, capability, index);
      const queue = new AccelQueue({
        index,
        device: deviceQueue,
        memory,
        depthLog2,
        maxTransfer: capability.max_transfer,
        algorithms: capability.algorithms,
      });
      parts.push({ queue, device: deviceQueue, memory });
    }
  } catch (error) {
    releaseMemory(parts);
    throw error;
  }
  return parts;
}

/** The device cannot reach it any more. */
export function releaseMemory(parts: readonly Part[]): void {
  for (const { memory } of parts) {
    memory.release();
  }
}

/** Takes down what was set up on a device that stays open, as far as it still answers. */
export async function quiesce(device: Device, parts: readonly Part[]): Promise<void> {
  for (const part of parts) {
    await unlessGone(part.device.stop());
  }
  await unlessGone(disableIrqs(device, VFIO_PCI_MSIX_IRQ_INDEX));
  for (const { memory } of parts) {
    await unlessGone(device.dmaUnmap(memory.iova, memory.bytes.length));
  }
}
