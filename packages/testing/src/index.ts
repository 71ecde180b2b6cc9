export * from './diagnose/index.js';
export { failure, testingReasons, type TestingReason } from './errors.js';
export * from './example/index.js';
export * from './fakes/index.js';
export * from './fault/index.js';
export { Random } from './random/index.js';
export * from './record/index.js';
export * from './replay/index.js';
