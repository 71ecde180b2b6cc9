export {
  DEFAULT_REQUEST_LIMIT,
  PageRequests,
  type PageRequestHandler,
  type PageRequestsOptions,
  type PageResponse,
} from './page-requests.js';
export {
  DEFAULT_PAGE_DEADLINE_MS,
  ProcessAddressSpace,
  type ProcessAddressSpaceOptions,
  type RegisterOptions,
} from './process-address-space.js';
export { DEFAULT_VIRTUAL_RANGE, type VirtualRange } from './virtual-window.js';
