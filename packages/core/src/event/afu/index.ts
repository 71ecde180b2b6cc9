export { AfuContextEvents, type AfuContextState } from './afu-context-events.js';
export type {
  AfuContext,
  AfuDriverEvent,
  AfuDriverOps,
  CopyVerdict,
  FetchGuard,
} from './afu-driver.js';
export type { AfuContextOptions } from './context-options.js';
export { decodeAfuEvent, type AfuEvent } from './afu-event.js';
export { readAfuEvents } from './read-afu-events.js';
