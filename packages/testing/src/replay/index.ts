export type { ReplayOptions, ReplayResult } from './options.js';
export { replay, replayInto, type ReplayTarget } from './replay.js';
