export { attachFlags, type Access } from './access.js';
export { BLOCK_BYTES, Disk, type DiskShape } from './disk.js';
export { FlashLun, type IssueOptions, type LunParts, type ResultOptions } from './flash-lun.js';
export type { Completion } from './results.js';
export type { LunStatistics } from './statistics.js';
