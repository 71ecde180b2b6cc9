import type { AddressSpace } from '../space/index.js';
import type { DmaAccess, Pasid } from './dma.js';

/** Where the accesses with one PASID go: an entry of the parent IOMMU's table. */
export interface DmaTarget {
  readonly pasid: Pasid;
  /** Undefined while nothing is attached. */
  readonly space: AddressSpace | undefined;
  /** The PASID is about to go: its page requests are refused, so that nobody waits for memory while it drains. */
  readonly isEnding?: boolean;
}

/** The PASIDs that a device may use beside its own. */
export interface DmaTargets {
  /** Undefined for a PASID that is not this device's. Asked at every access, so that one taken back is of no use. */
  target(pasid: Pasid): DmaTarget | undefined;
}

/** A range that a device wants to access and cannot, as a page request of PCIe PRI. */
export interface PageRequest {
  readonly pasid: Pasid;
  /** Who asks: PASIDs of two parents may be the same number. */
  readonly source: DmaTarget;
  readonly iova: bigint;
  /** Bytes, 1 or more. */
  readonly length: number;
  readonly access: DmaAccess;
}

/**
 * Who can provide memory that is not mapped yet.
 *
 * Source: PCIe Base Spec, section 10.4, Page Request Services (response codes Success and Invalid Request).
 */
export interface PageRequester {
  /** Answers `success` when the range can be accessed, `invalid` if it never will. */
  request(request: PageRequest): Promise<'success' | 'invalid'>;
  /** Answers what is outstanding of one source `invalid`: it leads elsewhere now. */
  cancel?(source: DmaTarget): void;
}
