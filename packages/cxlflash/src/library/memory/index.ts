export {
  ContextMemory,
  contextMemoryBytes,
  SLOT_BYTES,
  type ContextMemoryShape,
} from './context-memory.js';
export { Fifo } from './fifo.js';
