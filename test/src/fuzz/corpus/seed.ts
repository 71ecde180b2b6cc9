import { messageOf } from '../message/index.js';
import type { DescriptorKind } from '../sequence/index.js';

/** A message that sequences are made of. */
export interface Seed {
  readonly bytes: Uint8Array;
  readonly fds: readonly DescriptorKind[];
}

/** Messages that make sense in this order, after VERSION. */
export interface SeedSession {
  readonly name: string;
  /** The devices to which most of it makes sense. */
  readonly models: readonly string[];
  readonly seeds: readonly Seed[];
}

/** One command with descriptors. */
export function seed(
  command: number,
  payload: Uint8Array,
  ...fds: readonly DescriptorKind[]
): Seed {
  return { bytes: messageOf(command, payload, { id: command }), fds };
}

/** The same, without an answer. */
export function posted(command: number, payload: Uint8Array): Seed {
  return { bytes: messageOf(command, payload, { id: command, flags: 0x10 }), fds: [] };
}
