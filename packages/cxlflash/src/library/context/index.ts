export type { ContextEvent } from './context-event.js';
export type { ContextParts } from './context-parts.js';
export { FEED_LIMIT } from './event-feed.js';
export { FlashContext } from './flash-context.js';
export { requireWhole, type ContextOptions, type LunOptions } from './options.js';
