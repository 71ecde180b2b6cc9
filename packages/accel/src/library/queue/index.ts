export { AccelQueue, type AccelQueueOptions } from './accel-queue.js';
export { JobBuffer } from './job-buffer.js';
export type { QueueDevice, QueueRings } from './queue-device.js';
export { QueueMemory, queueMemoryBytes } from './queue-memory.js';
export type { QueueStats } from './statistics.js';
export { Turnstile } from './turnstile.js';
