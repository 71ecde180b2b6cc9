export { QueuePool } from './queue-pool.js';
export { QueueSlot } from './queue-slot.js';
