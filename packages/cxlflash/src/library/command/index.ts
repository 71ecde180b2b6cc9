export { CommandEngine, type EngineOptions } from './command-engine.js';
export { nowhere, type Command, type CommandPlace } from './command.js';
export { lossOf } from './loss.js';
export { MAX_TIMEOUT_MS } from './request-timeout.js';
