import type { MdevError } from '@mdevkit/core';

/** A command of a context: a transfer of whole blocks between a disk and memory of the caller. */
export interface Command {
  /** `res_hndl` of the request. */
  readonly resource: number;
  readonly isWrite: boolean;
  /** The first block and how many, in blocks of the disk. */
  readonly lba: number;
  readonly blockCount: number;
  /** The caller's. */
  readonly bytes: Uint8Array;
  /** Bytes of the transfer; `bytes` has as many, unless the caller has taken them away meanwhile. */
  readonly length: number;
  /** What the engine keeps of it. */
  readonly place: CommandPlace;
  /** The command is over; called once. Must not throw. */
  settle(error: MdevError | undefined): void;
  /** The disk says that it has changed: looks what it is like now. Rejects if that cannot be told. */
  verify(): Promise<void>;
}

/** Where a command is. */
export interface CommandPlace {
  /** -1 before it has one. */
  slot: number;
  /** Of its data, as the extents have it. */
  dataAt: number;
  retries: number;
  /** When it is too late for an answer of the device. */
  deadline: number;
}

/** The place of a command that was not issued yet. */
export function nowhere(): CommandPlace {
  return { slot: -1, dataAt: 0, retries: 0, deadline: 0 };
}
