export { DoorbellPage } from './doorbell-page.js';
export { QueueBlock } from './queue-block.js';
export { QueueCounters } from './queue-counters.js';
export { QueueEngine } from './queue-engine.js';
export type { QueueDma, QueueServices } from './services.js';
