/*
 * Bodies of tests that run over every way of calls and events, here and in the packages that have a way of their own, and
 * what calls answered. For this repository alone: nothing of it is in the published package.
 */
export { microtasks, outcome, settled } from './errors/outcome.test-support.js';
export * from './event/afu/together/index.test-support.js';
export { describeTogether } from './object/together/describe-together.test-support.js';
export type { Connect, Way } from './object/together/tank.test-support.js';
