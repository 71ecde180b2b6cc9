export { Access, WHOLE_SPACE, type AccessOptions, type ModelAccess } from './access.js';
export type { PinnedRange } from './pinned-range.js';
