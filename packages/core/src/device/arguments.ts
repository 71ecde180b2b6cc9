import { failure } from '../errors/index.js';
import { AddressSpace, type Iova, type MemoryObject } from '../iommu/index.js';
import type { DmaMap, IrqSlot, SetIrqs } from './contract.js';

/*
 * What a client in process passes is checked for its type alone, which a binary call gives by its structure:
 * ranges and values belong to the endpoint. Every function throws EINVAL `device.argument`.
 */

export function requireNumber(argument: string, value: unknown): asserts value is number {
  if (typeof value !== 'number') {
    throw failure('device.argument', { argument });
  }
}

export function requireBytes(argument: string, value: unknown): asserts value is Uint8Array {
  if (!(value instanceof Uint8Array)) {
    throw failure('device.argument', { argument });
  }
}

export function requireIova(argument: string, value: unknown): asserts value is Iova {
  if (typeof value !== 'bigint') {
    requireNumber(argument, value);
  }
}

export function requireDmaMap(map: unknown): asserts map is DmaMap {
  requireObject('map', map);
  const { iova, memory, offset, size }: Partial<DmaMap> = map;
  requireIova('iova', iova);
  requireMemory(memory);
  if (offset !== undefined) {
    requireNumber('offset', offset);
  }
  if (size !== undefined) {
    requireNumber('size', size);
  }
}

export function requireSpace(space: unknown): asserts space is AddressSpace {
  if (!(space instanceof AddressSpace)) {
    throw failure('device.argument', { argument: 'space' });
  }
}

function requireMemory(memory: unknown): void {
  if (memory instanceof Uint8Array) {
    return;
  }
  requireObject('memory', memory);
  const { size, read, write }: Partial<MemoryObject> = memory;
  if (typeof size !== 'number' || typeof read !== 'function' || typeof write !== 'function') {
    throw failure('device.argument', { argument: 'memory' });
  }
}

export function requireSetIrqs(request: unknown): asserts request is SetIrqs {
  requireObject('request', request);
  const { index, flags, start, count, bools, slots }: Partial<SetIrqs> = request;
  requireNumber('index', index);
  requireNumber('flags', flags);
  requireNumber('start', start);
  requireNumber('count', count);
  if (bools !== undefined) {
    requireBytes('bools', bools);
  }
  if (slots !== undefined) {
    requireSlots(slots);
  }
}

function requireSlots(slots: unknown): asserts slots is readonly IrqSlot[] {
  if (!Array.isArray(slots)) {
    throw failure('device.argument', { argument: 'slots' });
  }
  for (const slot of slots as readonly unknown[]) {
    if (!Number.isInteger(slot)) {
      requireObject('slots', slot);
    }
  }
}

function requireObject(argument: string, value: unknown): asserts value is object {
  if (typeof value !== 'object' || value === null) {
    throw failure('device.argument', { argument });
  }
}
