export { Errno, ERRNO_ALIASES } from './errno.js';
export type { ErrnoName } from './errno.js';
export { errnoName } from './errno-name.js';
export { errnoText } from './errno-text.js';
