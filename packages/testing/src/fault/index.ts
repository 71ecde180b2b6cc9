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
