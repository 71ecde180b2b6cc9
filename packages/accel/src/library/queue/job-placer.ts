import type { JobPlan } from '../job/plan.js';
import type { JobResult } from '../job/result.js';
import { extentBytes } from './extent.js';
import type { InFlight, Pending } from './in-flight.js';
import type { QueueMemory } from './queue-memory.js';
import type { QueueTally } from './statistics.js';
import type { SubmissionWriter } from './submission-writer.js';

/** Bytes of buffer memory that a job needs: input and output unless it has a buffer, and its auxiliary data. */
export function placeBytes({ buffer, input, outputBytes, auxiliary }: JobPlan): number {
  const data = buffer === undefined ? extentBytes(input.length) + extentBytes(outputBytes) : 0;
  return data + extentBytes(auxiliary.length);
}

/** Brings jobs into the queue's memory and their entries into the submission ring. */
export class JobPlacer {
  readonly #memory: QueueMemory;
  readonly #jobs: InFlight;
  readonly #tally: QueueTally;

  constructor(memory: QueueMemory, jobs: InFlight, tally: QueueTally) {
    this.#memory = memory;
    this.#jobs = jobs;
    this.#tally = tally;
  }

  /** Places a job whose buffer, if any, is taken; undefined when ring or memory have no room. */
  place(plan: JobPlan, writer: SubmissionWriter): Promise<JobResult> | undefined {
    const memory = this.#memory;
    const size = placeBytes(plan);
    const start = this.#jobs.full ? undefined : size === 0 ? 0 : memory.extents.allocate(size);
    if (start === undefined) {
      return undefined;
    }
    const { buffer, input, auxiliary } = plan;
    const inputAt = buffer?.inputAt ?? start;
    const outputAt = buffer?.outputAt ?? start + extentBytes(input.length);
    const secretAt = buffer === undefined ? outputAt + extentBytes(plan.outputBytes) : start;
    if (buffer === undefined) {
      memory.window(inputAt, input.length).set(input);
    }
    memory.window(secretAt, auxiliary.length).set(auxiliary);
    return this.#enter(plan, writer, inputAt, { start, size, outputAt, secretAt });
  }

  #enter(
    plan: JobPlan,
    writer: SubmissionWriter,
    inputAt: number,
    at: Pick<Pending, 'start' | 'size' | 'outputAt' | 'secretAt'>,
  ): Promise<JobResult> {
    const memory = this.#memory;
    const result = new Promise<JobResult>((resolve, reject) => {
      const tag = this.#jobs.add({
        resolve,
        reject,
        ...at,
        outputBytes: plan.outputBytes,
        secretBytes: plan.auxiliary.length,
        buffer: plan.buffer,
      });
      writer.write({
        opcode: plan.opcode,
        tag,
        source: memory.iovaOf(inputAt),
        sourceBytes: plan.input.length,
        destination: memory.iovaOf(at.outputAt),
        destinationBytes: plan.outputBytes,
        auxiliary: memory.iovaOf(at.secretAt),
        auxiliaryBytes: plan.auxiliary.length,
        parameter: plan.parameter,
      });
    });
    this.#tally.bytesIn += plan.input.length;
    // The caller may not have got to it yet when the device is lost; that is not an unhandled rejection.
    result.catch(() => undefined);
    return result;
  }
}
