import { offers } from '../../abi/index.js';
import { failure } from '../../errors.js';
import { requireCount } from '../counts.js';
import { planJob, type Job, type JobPlan } from '../job/index.js';
import { placeBytes } from './job-placer.js';

/** What a job may ask of one queue. */
export interface QueueLimits {
  /** Bytes that a buffer of a job may have. */
  readonly maxTransfer: number;
  /** Bytes of the queue's buffer memory. */
  readonly bufferBytes: number;
  /** Bitmap by opcode. */
  readonly algorithms: number;
}

/** Checks whole batches before anything of them is handed over. */
export class BatchPlanner {
  readonly #owner: object;
  readonly #limits: QueueLimits;

  /** `owner` is the queue whose buffers jobs may use. */
  constructor(owner: object, limits: QueueLimits) {
    this.#owner = owner;
    this.#limits = limits;
  }

  /**
   * Plans of all jobs, whose buffers are taken then. Throws `accel.job`, `accel.algorithm`, `accel.too-large`,
   * `accel.buffer-busy`, `accel.buffer-foreign`; no buffer is taken then.
   */
  plan(jobs: readonly Job[]): readonly JobPlan[] {
    const plans: JobPlan[] = [];
    try {
      for (const job of jobs) {
        const plan = planJob(job);
        if (!offers(this.#limits.algorithms, plan.opcode)) {
          throw failure('accel.algorithm', { algorithm: job.algorithm });
        }
        this.requireFits(plan.input.length, plan.outputBytes, placeBytes(plan));
        plan.buffer?.begin(this.#owner);
        plans.push(plan);
      }
      return plans;
    } catch (error) {
      releaseBuffers(plans);
      throw error;
    }
  }

  /** Throws EINVAL `accel.job` for what is no number of bytes, EMSGSIZE `accel.too-large`. */
  requireFits(input: number, output: number, size: number): void {
    requireCount('input', input);
    requireCount('output', output);
    const { maxTransfer, bufferBytes } = this.#limits;
    if (Math.max(input, output) > maxTransfer || size > bufferBytes) {
      throw failure('accel.too-large', { input, output, maxTransfer, bufferBytes });
    }
  }
}

/** Gives the buffers of jobs back that were not handed over. */
export function releaseBuffers(plans: readonly JobPlan[]): void {
  for (const { buffer } of plans) {
    buffer?.end();
  }
}
