export {
  Algorithm,
  builtInAlgorithms,
  failed,
  succeeded,
  type AlgorithmJob,
  type AlgorithmResult,
} from './algorithm/index.js';
export { accelDriver, type AccelDriverOptions, type AccelParent } from './driver.js';
export { AccelModel, FunctionLayouts, QUEUE_IN_FLIGHT } from './model/index.js';
export { QueuePool, QueueSlot } from './pool/index.js';
export { PARENT_QUEUES } from './types.js';
