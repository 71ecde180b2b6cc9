export {
  Access,
  WHOLE_SPACE,
  type AccessOptions,
  type ModelAccess,
  type PinnedRange,
} from './access/index.js';
export { DirtyLog, type DirtyLogOptions, type ReportOptions } from './dirty/index.js';
export {
  Dma,
  DmaFaultError,
  DmaPort,
  type DmaAccess,
  type DmaCounters,
  type DmaFault,
  type DmaSegment,
  type DmaTarget,
  type DmaTargets,
  type Iova,
  type PageRequest,
  type PageRequester,
  type Pasid,
} from './dma/index.js';
export { normalIova } from './iova.js';
export {
  allocateFrom,
  BufferMemory,
  type FilePlace,
  type MemoryObject,
  type AllocateMemory,
  type SharedAllocation,
} from './memory/index.js';
export { MAX_DEPTH, NestedSpace, type MapParentRequest } from './nested/index.js';
export { NO_PASID, type PasidCounters } from './pasid/index.js';
export { ExtentAllocator, type IovaRange } from './ranges/index.js';
export {
  AddressSpace,
  DEFAULT_MAP_LIMIT,
  fillIovaRanges,
  IOMMU_PAGE_SIZE,
  type AddressSpaceOptions,
  type Checkpoint,
  type CopyRequest,
  type MapRequest,
  type SpaceConstraints,
} from './space/index.js';
export {
  DEFAULT_PAGE_DEADLINE_MS,
  DEFAULT_REQUEST_LIMIT,
  DEFAULT_VIRTUAL_RANGE,
  PageRequests,
  ProcessAddressSpace,
  type PageRequestHandler,
  type PageRequestsOptions,
  type PageResponse,
  type ProcessAddressSpaceOptions,
  type RegisterOptions,
  type VirtualRange,
} from './sva/index.js';
export {
  DEFAULT_BIND_LIMIT,
  Domain,
  IommuTenancy,
  ParentIommu,
  type DomainFlags,
  type ParentIommuOptions,
  type PasidDump,
  type PasidEntry,
} from './table/index.js';
