export { Accelerator, type AesGcmParameters } from './accelerator.js';
export type { AcceleratorHost } from './host.js';
export {
  outputOf,
  type AesGcmJob,
  type DeflateJob,
  type InflateJob,
  type Job,
  type JobInput,
  type JobResult,
  type JobTemplate,
  type Sha256Job,
} from './job/index.js';
export { openAccelerator, type OpenOptions } from './open-accelerator.js';
export type { AttachOptions } from './options.js';
export { AccelQueue, JobBuffer, type QueueStats } from './queue/index.js';
export type { TransformOptions, TransformSource } from './transform.js';
