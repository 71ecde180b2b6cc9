import { bytesIn, flagsIn, optional, valueIn } from '@mdevkit/core';
import {
  IB_SEND_SIGNALED,
  IB_SEND_SOLICITED,
  IbUverbsSge,
  IbUverbsWc,
  type StructInput,
  type StructValue,
} from '@mdevkit/uapi';
import { MAX_SGE } from './limits.js';

/** Pieces of memory as {@link sgList} packs them. */
const memory = bytesIn(2, { max: MAX_SGE * IbUverbsSge.size });

/** What every request of a send queue has. The client finds `wrId` in the completion. */
export const sendRequest = {
  wrId: valueIn(1, 'u64'),
  memory,
  flags: flagsIn(3, { SIGNALED: IB_SEND_SIGNALED, SOLICITED: IB_SEND_SOLICITED }),
};

/** 32 bits for the completion at the other end. */
export const immediate = { imm: optional(valueIn(4, 'u32')) };

/** Memory at the other end. */
export const remoteMemory = { remoteAddr: valueIn(5, 'u64'), rkey: valueIn(6, 'u32') };

/** What every request of a receive queue has. */
export const receiveRequest = { wrId: valueIn(1, 'u64'), memory };

/** Packs pieces of memory for a work request. `length` is in bytes; `lkey` is that of the region they lie in. */
export function sgList(pieces: readonly StructInput<typeof IbUverbsSge>[]): Uint8Array {
  const packed = new Uint8Array(pieces.length * IbUverbsSge.size);
  pieces.forEach((piece, i) => IbUverbsSge.encode(piece, packed, i * IbUverbsSge.size));
  return packed;
}

/** A completion: how the request `wr_id` of the queue pair `qp_num` ended. */
export type Completion = StructValue<typeof IbUverbsWc>;

/** Reads what a poll of a completion queue answers. */
export function completionsOf(packed: Uint8Array): Completion[] {
  const count = packed.length / IbUverbsWc.size;
  return Array.from({ length: count }, (_, i) => IbUverbsWc.decode(packed, i * IbUverbsWc.size));
}
