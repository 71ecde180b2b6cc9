export { Burndown, type BurndownOptions } from './burndown.js';
export type { BurndownFinding, BurndownKind, BurndownRow } from './row.js';
