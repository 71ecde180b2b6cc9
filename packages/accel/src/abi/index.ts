export { ACCEL_CAPABILITY_ID, AccelCapability, type AccelCapabilityValue } from './capability.js';
export {
  COMPLETION_BODY_BYTES,
  COMPLETION_ENTRY_BYTES,
  COMPLETION_PHASE,
  CompletionEntry,
  SUBMISSION_ENTRY_BYTES,
  SubmissionEntry,
} from './entries.js';
export {
  ACCEL_ABI_VERSION,
  ACCEL_CLASS_CODE,
  ACCEL_DEVICE_ID,
  ACCEL_MAGIC,
  ACCEL_VENDOR_ID,
} from './ids.js';
export {
  CONTROL_BAR,
  CONTROL_BAR_SIZE,
  DOORBELL_BAR,
  DOORBELL_BYTES,
  DOORBELL_COMPLETION_HEAD,
  DOORBELL_STRIDE,
  DOORBELL_SUBMISSION_TAIL,
  MAX_DEPTH_LOG2,
  MAX_QUEUES,
  MAX_TRANSFER,
  MIN_DEPTH_LOG2,
  MSIX_BAR,
  MSIX_BAR_SIZE,
  MSIX_PBA_OFFSET,
  QUEUE_OFFSET,
  QUEUE_STRIDE,
  SHARED_BAR,
  SHARED_SIZE,
} from './layout.js';
export {
  AES_GCM_IV_BYTES,
  AES_GCM_TAG_BYTES,
  AES_KEY_BYTES,
  algorithmBitmap,
  algorithmOpcodes,
  deflateBound,
  offers,
  Opcode,
  OPCODE_LIMIT,
  SHA256_BYTES,
  type AlgorithmName,
} from './opcode.js';
export { QueueError, queueErrorText, queueErrorTexts, type QueueErrorCode } from './queue-error.js';
export {
  CONTROL_ENABLE,
  CONTROL_RESET,
  globalRegisters,
  queueRegisters,
  STATUS_ENABLED,
  STATUS_ERROR,
  STATUS_IDLE,
  type QueueRegister,
} from './registers.js';
export { ringAdvance, ringDistance, ringIndex, ringPhase } from './ring.js';
export {
  QueueStatistics,
  SharedHeader,
  STATISTICS_OFFSET,
  STATISTICS_STRIDE,
  type QueueStatisticsValue,
} from './shared-region.js';
export { Status, statusTexts, type StatusCode } from './status.js';
