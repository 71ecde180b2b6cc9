export {
  allocateIova,
  autoIovaAlignment,
  exceedsAutoLength,
  FIRST_AUTO_IOVA,
  LAST_AUTO_IOVA,
  type AllocateIovaRequest,
} from './allocate-iova.js';
export { ExtentAllocator } from './extent-allocator.js';
export type { IovaRange } from './iova-range.js';
export { OwnedRanges } from './owned-ranges.js';
export { RangeSet } from './range-set.js';
