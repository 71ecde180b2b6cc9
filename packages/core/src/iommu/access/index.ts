export { Access, WHOLE_SPACE, type AccessOptions } from './access.js';
export type { PinnedRange } from './pinned-range.js';
