import type { DmaTarget } from '../dma/dma-target.js';
import type { AddressSpace } from '../space/index.js';

/**
 * Answers the outstanding page requests of a PASID that no longer leads to `space`, if that has any.
 *
 * Source: Linux drivers/iommu/iommufd/eventq.c, iommufd_auto_response_faults.
 */
export function cancelPageRequests(space: AddressSpace, source: DmaTarget): void {
  space.pageRequests?.cancel?.(source);
}
