import type { Iova } from '../dma/dma.js';
import type { MemoryObject } from '../memory/index.js';

/** Granule of type1 maps, and the smallest page that a pin can hold, in bytes. */
export const IOMMU_PAGE_SIZE = 4096;

/** Every multiple of a page, as the kernel says of a container that has only mdevs. */
export const EVERY_PAGE_SIZE = 2n ** 64n - BigInt(IOMMU_PAGE_SIZE);

/** The kernel's default of vfio_iommu_type1's module parameter dma_entry_limit. */
export const DEFAULT_MAP_LIMIT = 65_535;

/** What is to be mapped, and where. */
export interface MapRequest {
  /** Where the device sees it. Without one an `iommufd` space chooses; a `type1v2` space refuses. */
  readonly iova?: Iova | undefined;
  readonly memory: Uint8Array | MemoryObject;
  /** Where the map starts in the memory, in bytes; 0 by default. */
  readonly offset?: number | undefined;
  /** Bytes; by default all of the memory from `offset`. */
  readonly size?: number | undefined;
  /** What the device may do; both by default. */
  readonly read?: boolean | undefined;
  readonly write?: boolean | undefined;
}

/** A part of another space's maps, to be mapped once more. */
export interface CopyRequest {
  readonly sourceIova: Iova;
  readonly length: number;
  /** Where the device sees it; an `iommufd` space chooses without one. */
  readonly iova?: Iova | undefined;
  /** What the device may do; what the source allows by default, and never more. */
  readonly read?: boolean | undefined;
  readonly write?: boolean | undefined;
}

/** What an attachment or an access asks of a space as long as it lasts. */
export interface SpaceConstraints {
  /** The page sizes of the domain as a bitmap of powers of two, VFIO's iova_pgsizes. */
  readonly pageSizes?: bigint | undefined;
  /** Addresses that cannot be translated: beyond the aperture, or reserved by the hardware. */
  readonly reserved?: readonly { readonly start: Iova; readonly last: Iova }[] | undefined;
}

/**
 * Called before each step of an operation that has several, with the step's name, so that a test can make it
 * fail by throwing. Nothing of the operation remains then.
 */
export type Checkpoint = (step: string) => void;
