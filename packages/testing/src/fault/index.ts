export { failNth, type FailNthOptions } from './fail-nth.js';
export { FaultInjector, type FaultInjectorOptions } from './fault-injector.js';
export { describeFault, type InjectedFault } from './inject/index.js';
export type {
  ClientPoint,
  FaultAction,
  FaultPlan,
  FaultPoint,
  FaultRule,
  FaultWhen,
  FaultWhere,
  ModelPoint,
} from './plan.js';
export { parseFaultPlan, randomPlan, readFaultPlan } from './read/index.js';
