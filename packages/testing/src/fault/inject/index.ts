export { describeFault, type InjectedFault } from './injected.js';
export { MdevFaults } from './mdev-faults.js';
export { RuleState, type Facts } from './rule-state.js';
export type { Struck } from './struck.js';
export { turnBits } from './turn-bits.js';
