export { AddressSpace, type AddressSpaceOptions } from './address-space.js';
export { accessBit, Area, READ, WRITE } from './area.js';
export { fillIovaRanges } from './fill-iova-ranges.js';
export type { Personality } from './personality.js';
export {
  DEFAULT_MAP_LIMIT,
  EVERY_PAGE_SIZE,
  IOMMU_PAGE_SIZE,
  type Checkpoint,
  type CopyRequest,
  type MapRequest,
  type SpaceConstraints,
} from './requests.js';
export type { UnmapListener } from './unmap-listener.js';
