export { Bench } from './bench/index.js';
export type { ConformanceCheck, ConformanceGroup } from './check.js';
export { describeDriverConformance } from './describe-driver.js';
export { conformanceGroups } from './groups.js';
export type { ConformanceOptions, MakeHost } from './make-host.js';
export { runCheck, type CheckOutcome } from './run-check.js';
