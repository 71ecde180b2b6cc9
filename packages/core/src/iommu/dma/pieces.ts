import { advance, isIova, lastOf } from '../iova.js';
import { liveLength, type MemoryObject } from '../memory/index.js';
import type { AddressSpace } from '../space/address-space.js';
import { accessBit, type Area } from '../space/area.js';
import type { Attempt } from './attempt.js';
import type { DmaAccess, Iova } from './dma.js';
import type { DmaFault } from './fault.js';

/** The part of an access that lies in one map, checked. */
export interface Piece {
  readonly memory: MemoryObject;
  /** `memory.bytes`. */
  readonly bytes: Uint8Array | undefined;
  /** Where it lies in the memory. */
  readonly offset: number;
  /** Bytes, 1 or more. */
  readonly length: number;
}

/** What is to be accessed. */
export interface DmaRange {
  readonly iova: Iova;
  readonly length: number;
  readonly access: DmaAccess;
}

/** Why a range cannot be accessed. */
export interface Refusal {
  readonly cause: DmaFault['cause'];
  /** What the memory threw. */
  readonly error?: unknown;
}

const UNATTACHED: Refusal = { cause: 'unattached' };
const UNMAPPED: Refusal = { cause: 'unmapped' };
const PERMISSION: Refusal = { cause: 'permission' };
const MEMORY: Refusal = { cause: 'memory' };

/** The pieces of a range in order; none for a range of 0 bytes. Throws its fault. */
export function piecesOf(space: AddressSpace | undefined, attempt: Attempt): Piece[] {
  const pieces: Piece[] = [];
  addPieces(space, attempt, pieces);
  return pieces;
}

/** The same, appended to `pieces`. */
export function addPieces(
  space: AddressSpace | undefined,
  attempt: Attempt,
  pieces: Piece[],
): void {
  const refusal = findPieces(space, attempt, pieces);
  if (refusal !== undefined) {
    throw attempt.fault(refusal.cause, refusal.error);
  }
}

/** The same without a fault: appends the pieces, or answers why the first byte that cannot be accessed cannot. */
export function findPieces(
  space: AddressSpace | undefined,
  range: DmaRange,
  pieces: Piece[],
): Refusal | undefined {
  if (range.length === 0) {
    return undefined;
  }
  if (space === undefined) {
    return UNATTACHED;
  }
  if (!isRange(range)) {
    return UNMAPPED;
  }
  let done = 0;
  while (done < range.length) {
    const piece = pieceAt(space, range, done);
    if ('cause' in piece) {
      return piece;
    }
    pieces.push(piece);
    done += piece.length;
  }
  return undefined;
}

/** Whether it has a length, and begins and ends inside the 64 bits of an address. */
export function isRange({ iova, length }: DmaRange): boolean {
  return isLength(length) && isIova(iova) && lastOf(iova, Math.max(length, 1)) !== undefined;
}

/** Models take lengths from the memory of a guest. */
export function isLength(length: number): boolean {
  return Number.isSafeInteger(length) && length >= 0;
}

function pieceAt(space: AddressSpace, range: DmaRange, done: number): Piece | Refusal {
  const iova = advance(range.iova, done);
  const area = space.find(iova);
  if (area === undefined) {
    return UNMAPPED;
  }
  if ((area.access & accessBit(range.access)) === 0) {
    return PERMISSION;
  }
  area.load();
  const { memory, bytes } = area;
  const offset = area.memoryOffset(iova);
  const length = Math.min(area.size - (offset - area.offset), range.length - done);
  try {
    return isThere(area, offset, length, range.access) ? { memory, bytes, offset, length } : MEMORY;
  } catch (error) {
    return { cause: 'memory', error };
  }
}

/** Its owner may have taken the memory away since it was mapped. */
function isThere(area: Area, offset: number, length: number, access: DmaAccess): boolean {
  const { memory, bytes } = area;
  if (bytes !== undefined) {
    return offset + length <= liveLength(bytes);
  }
  return offset + length <= memory.size && (memory.covers?.(offset, length, access) ?? true);
}
