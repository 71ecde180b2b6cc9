export { CONTEXT_IN_FLIGHT } from './afu/index.js';
export { cxlflashDriver, type CxlflashDriverOptions, type FlashParentSpec } from './driver.js';
export { DEFAULT_LIMITS, FlashLimits, FlashModel, FunctionLayouts } from './model/index.js';
export {
  Disk,
  FlashParent,
  Ports,
  type DiskSpec,
  type FlashParentOptions,
} from './parent/index.js';
export {
  MemoryStore,
  SparseFileStore,
  type BackingStore,
  type SparseFileOptions,
} from './store/index.js';
export { SLICES } from './types.js';
