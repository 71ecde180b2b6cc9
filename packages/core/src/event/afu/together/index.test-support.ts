export {
  PROCESS_ELEMENT,
  type AfuBench,
  type AfuBenchOptions,
  type FaultyAfuBench,
  type OpenBench,
} from './bench.test-support.js';
export { describeFailedCopies } from './failed-copies.test-support.js';
export { describeLife } from './life.test-support.js';
export { describeReads } from './read.test-support.js';
export { describeSeed000 } from './seed-000.test-support.js';
export { describeSeed001 } from './seed-001.test-support.js';
