export { Holdings, type Step } from './holdings.js';
export { Pools, type Pool } from './pools.js';
export { inRange } from './range.js';
export { Registry } from './registry.js';
export { Ring } from './ring.js';
export { WorkList, type Task } from './work-list.js';
