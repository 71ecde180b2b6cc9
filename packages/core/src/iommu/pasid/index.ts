export {
  MAX_PASID_BITS,
  NO_PASID,
  PasidAllocator,
  type Pasid,
  type PasidAllocatorOptions,
  type PasidCounters,
  type PasidState,
} from './pasid-allocator.js';
