import type { ConformanceGroup } from '../check.js';

/** What becomes of a device: its life, its removal, and failures on the way. */
export const lifeGroups: readonly ConformanceGroup[] = [];
