import type { PageRequester } from '../dma/dma-target.js';
import type { Pasid } from '../dma/dma.js';
import type { AddressSpace } from '../space/index.js';

/** One that can take back what it was asked. */
interface Cancellable {
  /** Answers what is outstanding for a PASID: invalid. */
  cancel(pasid: Pasid): void;
}

/**
 * Answers the outstanding page requests of a PASID that no longer leads to `space`, if that has any.
 *
 * Source: Linux drivers/iommu/iommufd/eventq.c, iommufd_auto_response_faults.
 */
export function cancelPageRequests({ pageRequests }: AddressSpace, pasid: Pasid): void {
  if (pageRequests !== undefined && isCancellable(pageRequests)) {
    pageRequests.cancel(pasid);
  }
}

function isCancellable(requester: PageRequester): requester is PageRequester & Cancellable {
  return 'cancel' in requester && typeof requester.cancel === 'function';
}
