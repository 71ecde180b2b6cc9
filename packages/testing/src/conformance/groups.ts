import type { ConformanceGroup } from './check.js';
import { contractGroups } from './contract/index.js';
import { lifeGroups } from './life/index.js';

/** The whole kit. */
export const conformanceGroups: readonly ConformanceGroup[] = [...contractGroups, ...lifeGroups];
