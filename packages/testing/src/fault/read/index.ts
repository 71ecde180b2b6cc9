export { parseFaultPlan } from './parse-plan.js';
export { randomPlan } from './random-plan.js';
export { readFaultPlan } from './read-plan.js';
