import type { Iova } from '../dma/dma.js';
import type { CoreReason } from '../../errors/index.js';
import type { MemoryObject } from '../memory/index.js';

/** A map that is asked for, with nothing checked but its types. */
export interface MapCall {
  readonly iova: Iova | undefined;
  readonly memory: Pick<MemoryObject, 'size' | 'writable'>;
  readonly offset: number;
  readonly size: number;
  /** Bits READ and WRITE. */
  readonly access: number;
}

/** What the rules of a personality look at. */
export interface SpaceState {
  readonly mapCount: number;
  readonly mapLimit: number;
  /** Bytes; IOVA and size of every map are multiples of it. */
  readonly alignment: number;
  overlaps(start: Iova, last: Iova): boolean;
  isReserved(start: Iova, last: Iova): boolean;
  /** The lowest free place for a map; undefined if there is none. */
  allocate(size: number, sourceOffset: number): Iova | undefined;
}

/**
 * One kernel interface's answers: the order of its checks and their errnos.
 *
 * `type1v2`: drivers/vfio/vfio_iommu_type1.c. `iommufd`: drivers/iommu/iommufd/io_pagetable.c and ioas.c.
 */
export interface Personality {
  readonly name: 'type1v2' | 'iommufd';
  readonly mapLimit: number;
  /** Bytes, before anything is attached. */
  readonly alignment: number;
  /** Checks a map in the interface's order and returns where it goes. */
  place(space: SpaceState, call: MapCall): Iova;
  /** Checks the arguments of an unmap, and returns its last address. */
  checkUnmap(space: SpaceState, iova: Iova, length: Iova): Iova;
  /** Whether a range that cuts a map removes nothing at all, or the maps before that one. */
  readonly cutRemovesNothing: boolean;
  /** An unmap that cuts a map. */
  readonly cut: CoreReason;
  /** An unmap of nothing; undefined if that is 0 bytes. */
  readonly nothing: CoreReason | undefined;
  /** Access or pin where nothing is mapped. */
  readonly hole: CoreReason;
  /** A constraint that the maps that are there do not meet. */
  readonly conflict: CoreReason;
  /** How often an access is asked to drop its pins. */
  readonly unmapRounds: number;
  /** An access that did not drop its pins: this, with nothing removed; undefined if the unmap goes on. */
  readonly stuck: CoreReason | undefined;
  /** Whether a write by a driver's access needs a map that can be read, too. */
  readonly writeNeedsRead: boolean;
  /** Pages of one pin; undefined for no limit. */
  readonly pinLimit: number | undefined;
}
