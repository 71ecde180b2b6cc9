export {
  DeviceMemory,
  type DeviceMemoryOptions,
  type SharedBytes,
  type TypedArrayOf,
} from './device-memory.js';
export { MMAP_PAGE } from './mmap-page.js';
export { isNatural, naturalSize } from './natural-split.js';
export type { RangeHandler, RegisterPlace } from './range-handler.js';
export {
  MAX_REGION_SIZE,
  type Doorbell,
  type MemoryRange,
  type RegionRange,
  type RegionSpec,
  type TrappedRange,
} from './region-spec.js';
export { Region, type RegionPlace } from './region.js';
export { registerRegion } from './register-region.js';
export {
  RegisterLayout,
  RegisterMap,
  registerLayout,
  type FieldRow,
  type FieldSpec,
  type RegisterAccess,
  type RegisterHook,
  type RegisterHooks,
  type RegisterRow,
  type RegisterSpec,
  type RegisterValue,
  type WideNames,
} from './register-map/index.js';
