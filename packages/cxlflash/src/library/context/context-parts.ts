import {
  unlessGone,
  type AllocateMemory,
  type Clock,
  type Control,
  type Device,
  type ExtentAllocator,
} from '@mdevkit/core';
import type { FlashCapabilityValue } from '../../abi/index.js';
import { failure } from '../../errors/index.js';
import { ContextMemory, contextMemoryBytes } from '../memory/index.js';

/** What a context is made of: what its `Flash` has. */
export interface ContextParts {
  readonly device: Device;
  readonly control: Control;
  readonly capability: FlashCapabilityValue;
  readonly clock: Clock;
  readonly allocateMemory: AllocateMemory;
  /** I/O virtual addresses, from `iova` on. */
  readonly iova: number;
  readonly addresses: ExtentAllocator;
}

/** Memory that the device is let into, until it is disposed. */
export class MappedMemory {
  readonly memory: ContextMemory;
  readonly #parts: ContextParts;

  private constructor(memory: ContextMemory, parts: ContextParts) {
    this.memory = memory;
    this.#parts = parts;
  }

  /** Throws ENOSPC `cxlflash.no-iova`, and what the device throws; nothing is left then. */
  static async map(parts: ContextParts, bufferBytes: number): Promise<MappedMemory> {
    const shape = { slots: parts.capability.command_room, bufferBytes };
    const size = contextMemoryBytes(shape);
    const at = parts.addresses.allocate(size);
    if (at === undefined) {
      throw failure('cxlflash.no-iova', { size });
    }
    let memory: ContextMemory | undefined;
    try {
      memory = new ContextMemory(shape, parts.allocateMemory, parts.iova + at);
      await parts.device.dmaMap({ iova: memory.iova, memory: memory.object });
      return new MappedMemory(memory, parts);
    } catch (error) {
      parts.addresses.free(at, size);
      memory?.release();
      throw error;
    }
  }

  async unmap(): Promise<void> {
    const { device, addresses, iova } = this.#parts;
    const { size } = this.memory;
    await unlessGone(device.dmaUnmap(this.memory.iova, size));
    addresses.free(this.memory.iova - iova, size);
    this.memory.release();
  }
}
