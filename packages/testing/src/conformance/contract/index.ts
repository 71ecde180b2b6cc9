import type { ConformanceGroup } from '../check.js';

/** What a client is answered, call by call. */
export const contractGroups: readonly ConformanceGroup[] = [];
