export type {
  AesGcmJob,
  DeflateJob,
  InflateJob,
  Job,
  JobInput,
  JobTemplate,
  Sha256Job,
} from './job.js';
export { planJob, type JobPlan } from './plan.js';
export { outputOf, statusError, type JobResult } from './result.js';
