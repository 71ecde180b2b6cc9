export { callFailed, fileCall } from './call-failed.js';
export {
  F_SEAL_FUTURE_WRITE,
  F_SEAL_GROW,
  F_SEAL_SHRINK,
  F_SEAL_WRITE,
  HUGETLBFS_MAGIC,
  TMPFS_MAGIC,
} from './constants.js';
export {
  addSeals,
  createMemfd,
  duplicate,
  fileSystemOf,
  openModeOf,
  orClosed,
  sealsOf,
  statusOf,
  type OpenMode,
} from './descriptors.js';
export { libc } from './libc.js';
export { mapFile, mapZeros, pageSize, unmap } from './mappings.js';
