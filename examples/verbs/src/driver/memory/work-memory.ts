import { MdevError } from '@mdevkit/core';
import {
  IB_WC_GENERAL_ERR,
  IB_WC_LOC_PROT_ERR,
  IB_WC_SUCCESS,
  IbUverbsSge,
  type StructValue,
} from '@mdevkit/uapi';
import { failure } from '../../errors.js';
import type { Adapter, MemoryPort } from '../adapter.js';
import type { ProtectionDomain } from './protection-domain.js';

/** A piece of memory in a work request. */
export type Piece = StructValue<typeof IbUverbsSge>;

/** Unpacks the pieces of a work request; EINVAL for more than the queue takes, or half of one. */
export function piecesOf(packed: Uint8Array, maxSge: number): readonly Piece[] {
  const count = packed.length / IbUverbsSge.size;
  if (!Number.isInteger(count) || count > maxSge) {
    throw failure('verbs.argument', { what: 'memory', bytes: packed.length, maxSge });
  }
  return Array.from({ length: count }, (_, i) => IbUverbsSge.decode(packed, i * IbUverbsSge.size));
}

/** Bytes of all pieces; up to 2^36. */
export function lengthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

/** Fills `into` from pieces of memory that are as long. Answers IB_WC_*. */
export function gather(
  adapter: Adapter,
  pd: ProtectionDomain,
  pieces: readonly Piece[],
  into: Uint8Array,
): number {
  if (!mayUse(adapter, pd, pieces, false)) {
    return IB_WC_LOC_PROT_ERR;
  }
  return transfer(adapter, (memory) => {
    let at = 0;
    for (const { addr, length } of pieces) {
      memory.read(addr, into.subarray(at, at + length));
      at += length;
    }
  });
}

/** Stores all of `from` in pieces of memory, `skip` bytes behind their beginning. Answers IB_WC_*. */
export function scatter(
  adapter: Adapter,
  pd: ProtectionDomain,
  pieces: readonly Piece[],
  from: Uint8Array,
  skip = 0,
): number {
  if (!mayUse(adapter, pd, pieces, true)) {
    return IB_WC_LOC_PROT_ERR;
  }
  return transfer(adapter, (memory) => {
    let at = -skip;
    for (const { addr, length } of pieces) {
      const start = Math.max(0, at);
      const end = Math.min(from.length, at + length);
      if (start < end) {
        memory.write(addr + BigInt(start - at), from.subarray(start, end));
      }
      at += length;
    }
  });
}

/** Does something with the client's memory. The fault of a device is its status: nobody has called it. */
export function transfer(adapter: Adapter, run: (memory: MemoryPort) => void): number {
  const { memory } = adapter;
  if (memory === undefined) {
    return IB_WC_GENERAL_ERR;
  }
  try {
    run(memory);
    return IB_WC_SUCCESS;
  } catch (error) {
    const isFault = MdevError.is(error) && error.reason === 'dma.fault';
    return isFault ? IB_WC_LOC_PROT_ERR : IB_WC_GENERAL_ERR;
  }
}

/** Whether each piece lies in a region of the domain that its key names. Empty pieces are nowhere. */
function mayUse(
  adapter: Adapter,
  pd: ProtectionDomain,
  pieces: readonly Piece[],
  write: boolean,
): boolean {
  return pieces.every(({ addr, length, lkey }) => {
    const region = adapter.keys.get(lkey);
    return length === 0 || (region?.pd === pd && region.allowsLocal(addr, length, write));
  });
}
