import { failure } from '../../errors/index.js';
import type { Iova } from '../dma/dma.js';
import { advance, isIova, LAST_IOVA, lastOf } from '../iova.js';
import { READ, WRITE, Area } from './area.js';
import type { MapCall } from './personality.js';
import type { CopyRequest } from './requests.js';

/** A part of one map, `at` bytes from the start of what is copied. */
export interface CopyPiece {
  readonly at: number;
  readonly size: number;
  /** In the memory of the map. */
  readonly offset: number;
  readonly source: Area;
}

/** Where maps are found. */
interface Source {
  find(iova: Iova): Area | undefined;
}

/** The parts of the maps that cover a range. Throws EINVAL, EOVERFLOW, and ENOENT for a gap. */
export function copiedPieces(source: Source, request: CopyRequest): readonly CopyPiece[] {
  const { sourceIova, length, read, write } = request;
  if (read === false && write === false) {
    throw failure('dma.flags');
  }
  if (length === 0) {
    throw failure('dma.size');
  }
  // As in a map of iommufd, U64_MAX is no address.
  const isStart = isIova(sourceIova) && sourceIova !== LAST_IOVA;
  if (!isStart || !isIova(length) || lastOf(sourceIova, length) === undefined) {
    throw failure('dma.overflow', { iova: sourceIova, size: length });
  }
  const pieces: CopyPiece[] = [];
  let at = 0;
  while (at < length) {
    const iova = advance(sourceIova, at);
    const area = source.find(iova);
    if (area === undefined) {
      throw failure('ioas.hole', { iova });
    }
    const offset = area.memoryOffset(iova);
    const size = Math.min(area.size - (offset - area.offset), length - at);
    pieces.push({ at, size, offset, source: area });
    at += size;
  }
  return pieces;
}

/** What is placed in one piece. */
export function wholeOf(pieces: readonly CopyPiece[], request: CopyRequest): MapCall {
  const [first] = pieces;
  const offset = first?.offset ?? 0;
  const memory = { size: Infinity, writable: true };
  return { iova: request.iova, memory, offset, size: request.length, access: READ };
}

/**
 * The map that a piece becomes in a copy that starts at `iova`. Throws EPERM for more than the source allows,
 * EINVAL if source or place are less aligned than the space that it is copied to.
 *
 * Source: Linux drivers/iommu/iommufd/io_pagetable.c, iopt_insert_area.
 */
export function copiedArea(
  piece: CopyPiece,
  iova: Iova,
  request: CopyRequest,
  alignment: number,
): Area {
  const { at, size, offset, source } = piece;
  const access = accessOf(source, request);
  if (at % alignment !== 0 || size % alignment !== 0 || offset % alignment !== 0) {
    throw failure('dma.alignment', { iova: advance(iova, at), offset, size, alignment });
  }
  return new Area(advance(iova, at), size, source.memory, source.bytes, offset, access);
}

function accessOf({ start, access }: Area, { read, write }: CopyRequest): number {
  const wanted =
    ((read ?? (access & READ) !== 0) ? READ : 0) | ((write ?? (access & WRITE) !== 0) ? WRITE : 0);
  if (wanted === 0 || (wanted & ~access) !== 0) {
    throw failure('dma.permission', { iova: start });
  }
  return wanted;
}
