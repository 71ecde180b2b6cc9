export {
  FlashContext,
  type ContextEvent,
  type ContextOptions,
  type LunOptions,
} from './context/index.js';
export { Flash } from './flash.js';
export type { FlashHost } from './host.js';
export {
  BLOCK_BYTES,
  FlashLun,
  type Access,
  type Completion,
  type IssueOptions,
  type LunStatistics,
  type ResultOptions,
} from './lun/index.js';
export { openFlash, type OpenFlashOptions } from './open-flash.js';
export type { FlashOptions } from './options.js';
