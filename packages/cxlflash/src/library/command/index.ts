export { CommandEngine, type EngineOptions } from './command-engine.js';
export { nowhere, type Command, type CommandPlace } from './command.js';
export { lossOf } from './loss.js';
