export {
  ContextMemory,
  contextMemoryBytes,
  SLOT_BYTES,
  type AllocateMemory,
  type ContextMemoryShape,
  type SharedAllocation,
} from './context-memory.js';
export { Fifo } from './fifo.js';
