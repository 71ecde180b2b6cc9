import type { MdevError } from '@mdevkit/core';
import { failure } from '../../errors/index.js';
import type { ContextMemory } from '../memory/index.js';
import type { Command } from './command.js';

/** Puts what is to be written where the device finds it. An error if the caller has taken the bytes away. */
export function loadData(memory: ContextMemory, command: Command): MdevError | undefined {
  const { bytes, length, isWrite, place } = command;
  if (bytes.length !== length) {
    return failure('cxlflash.buffer-changed', { length, found: bytes.length });
  }
  if (isWrite) {
    memory.data(place.dataAt, length).set(bytes);
  }
  return undefined;
}

/** Gives the caller what was read. An error as for {@link loadData}. */
export function storeData(memory: ContextMemory, command: Command): MdevError | undefined {
  const { bytes, length, isWrite, place } = command;
  if (isWrite) {
    return undefined;
  }
  if (bytes.length !== length) {
    return failure('cxlflash.buffer-changed', { length, found: bytes.length });
  }
  bytes.set(memory.data(place.dataAt, length));
  return undefined;
}
