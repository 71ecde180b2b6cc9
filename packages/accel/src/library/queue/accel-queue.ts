import type { MdevError } from '@mdevkit/core';
import { queueErrorText } from '../../abi/index.js';
import { failure } from '../../errors.js';
import { outputOf, type Job, type JobPlan, type JobResult } from '../job/index.js';
import { BatchPlanner, releaseBuffers } from './batch-planner.js';
import { CompletionReader } from './completion-reader.js';
import { Completions } from './completions.js';
import { Doorbell } from './doorbell.js';
import { extentBytes } from './extent.js';
import { InFlight } from './in-flight.js';
import { JobBuffer } from './job-buffer.js';
import { JobPlacer } from './job-placer.js';
import { lossOf } from './loss.js';
import type { QueueDevice } from './queue-device.js';
import type { QueueMemory } from './queue-memory.js';
import { Rerun } from './rerun.js';
import { QueueTally, type QueueStats } from './statistics.js';
import { SubmissionWriter } from './submission-writer.js';
import { Turnstile } from './turnstile.js';

export interface AccelQueueOptions {
  readonly index: number;
  readonly device: QueueDevice;
  readonly memory: QueueMemory;
  readonly depthLog2: number;
  /** Bytes that a buffer of a job may have. */
  readonly maxTransfer: number;
  /** Bitmap by opcode. */
  readonly algorithms: number;
}

/**
 * One queue of an accelerator. Batches go in, results come out; a caller that is faster than the device waits in
 * {@link AccelQueue.submit} until ring and buffer memory have room again.
 *
 * Source: UADK wd_comp.c (wd_do_comp_async) and wd_util.c (message pool) for tags and completions.
 */
export class AccelQueue {
  readonly index: number;
  readonly #device: QueueDevice;
  readonly #memory: QueueMemory;
  readonly #depthLog2: number;
  readonly #planner: BatchPlanner;
  readonly #jobs: InFlight;
  readonly #tally = new QueueTally();
  readonly #placer: JobPlacer;
  readonly #completions: Completions;
  readonly #turnstile = new Turnstile();
  readonly #tail: Doorbell;
  readonly #head: Doorbell;
  #writer: SubmissionWriter;
  #reader: CompletionReader;
  /** Why the queue does not work; set until it is started. */
  #failure: MdevError | undefined = failure('accel.closed');
  #refusal: MdevError | undefined;
  #draining = false;
  #again = false;
  #starting = false;
  /** Counts starts and failures: what was begun before one says nothing about the time after it. */
  #epoch = 0;
  readonly #checks = new Rerun(() => this.#check());
  #wakeForRoom: (() => void) | undefined;
  readonly #idleWaiters: (() => void)[] = [];

  /** Made by an `Accelerator`. */
  constructor(options: AccelQueueOptions) {
    this.index = options.index;
    this.#device = options.device;
    this.#memory = options.memory;
    this.#depthLog2 = options.depthLog2;
    this.#planner = new BatchPlanner(this, {
      maxTransfer: options.maxTransfer,
      algorithms: options.algorithms,
      bufferBytes: options.memory.extents.size,
    });
    this.#jobs = new InFlight(1 << options.depthLog2);
    this.#placer = new JobPlacer(options.memory, this.#jobs, this.#tally);
    this.#completions = new Completions(options.memory, this.#jobs, this.#tally);
    this.#writer = new SubmissionWriter(options.memory.submissionRing, options.depthLog2);
    this.#reader = new CompletionReader(options.memory.completionRing, options.depthLog2);
    const onError = (error: unknown): void => {
      this.fail(lossOf(error));
    };
    this.#tail = new Doorbell((bytes) => this.#device.ringTail(bytes), onError);
    this.#head = new Doorbell((bytes) => this.#device.ringHead(bytes), onError);
  }

  /** Jobs that the device has. */
  get pending(): number {
    return this.#jobs.size;
  }

  get statistics(): QueueStats {
    const { jobs, failed, batches, interrupts, bytesIn, bytesOut } = this.#tally;
    const doorbells = this.#tail.writes + this.#head.writes;
    return {
      jobs,
      failed,
      batches,
      interrupts,
      doorbells,
      bytesIn,
      bytesOut,
      pending: this.pending,
    };
  }

  /**
   * Hands jobs to the device, in order, with one doorbell if all of them fit. Waits while ring or buffer
   * memory is full, behind the batches that came before. When it resolves the device has all jobs (the inputs
   * may be reused), and there is one promise for each, which rejects only if the device or the queue is lost;
   * a job that the device did not manage resolves with its status and error.
   *
   * Throws `accel.job`, `accel.algorithm`, `accel.too-large`, `accel.buffer-busy` and `accel.buffer-foreign`
   * before anything was handed over, and the reason of the loss when the queue is lost meanwhile.
   */
  async submit(jobs: readonly Job[]): Promise<readonly Promise<JobResult>[]> {
    const plans = this.#planner.plan(jobs);
    const results: Promise<JobResult>[] = [];
    const turn = this.#turnstile.enter();
    if (turn !== undefined) {
      await turn;
    }
    try {
      for (const plan of plans) {
        results.push(this.#place(plan) ?? (await this.#placeLater(plan)).result);
      }
      this.#tally.batches += 1;
      return results;
    } finally {
      releaseBuffers(plans.slice(results.length));
      this.#tail.ring(this.#writer.tail);
      this.#turnstile.leave();
    }
  }

  /** Runs one job and gives its output. Throws what {@link submit} throws, and the error of the job. */
  async run(job: Job): Promise<Uint8Array> {
    const [result] = await this.submit([job]);
    if (result === undefined) {
      throw failure('accel.job');
    }
    return outputOf(await result);
  }

  /**
   * A buffer for jobs that work in place; waits for room as {@link submit} does. Bytes of input and output.
   * Throws `accel.job`, `accel.too-large`.
   */
  async allocate(sizes: { readonly input: number; readonly output: number }): Promise<JobBuffer> {
    const { input, output } = sizes;
    const size = Math.max(extentBytes(input) + extentBytes(output), extentBytes(1));
    this.#planner.requireFits(input, output, size);
    const turn = this.#turnstile.enter();
    if (turn !== undefined) {
      await turn;
    }
    try {
      let start = this.#allocate(size);
      while (start === undefined) {
        await this.#room();
        start = this.#allocate(size);
      }
      return this.#buffer(start, size, { input, output });
    } finally {
      this.#turnstile.leave();
    }
  }

  /** Settles when the device has no job of this queue; jobs that wait to be handed over do not count. */
  idle(): Promise<void> {
    if (this.pending === 0) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#idleWaiters.push(resolve);
    });
  }

  /** The queue's interrupt. */
  interrupted(): void {
    this.#tally.interrupts += 1;
    this.#again = true;
    if (this.#draining || this.#failure !== undefined) {
      return;
    }
    this.#draining = true;
    let drained = 0;
    try {
      while (this.#again) {
        this.#again = false;
        drained += this.#completions.drain(this.#reader, this.#violated);
      }
    } finally {
      this.#draining = false;
    }
    if (drained > 0) {
      this.#head.ring(this.#reader.head);
      this.#wake();
    } else {
      this.check();
    }
  }

  /** Asks the device whether the queue still works, and fails it if not. */
  check(): void {
    this.#checks.run();
  }

  /** Sets the queue up on the device, with empty rings. Throws the reason if it fails meanwhile. */
  async start(): Promise<void> {
    const memory = this.#memory;
    const epoch = ++this.#epoch;
    memory.submissionRing.fill(0);
    memory.completionRing.fill(0);
    this.#writer = new SubmissionWriter(memory.submissionRing, this.#depthLog2);
    this.#reader = new CompletionReader(memory.completionRing, this.#depthLog2);
    this.#tail.restart();
    this.#head.restart();
    this.#starting = true;
    try {
      await this.#device.start({
        submission: memory.iova,
        completion: memory.iova + memory.completionAt,
        depthLog2: this.#depthLog2,
      });
    } finally {
      this.#starting = false;
    }
    if (epoch !== this.#epoch) {
      throw this.#failure ?? failure('accel.reset');
    }
    this.#failure = undefined;
  }

  /** Rejects every job that has not ended, and refuses new ones until the queue is started again. */
  fail(error: MdevError): void {
    if (this.#failure !== undefined && !this.#starting) {
      return;
    }
    this.#epoch += 1;
    this.#failure = error;
    for (const pending of this.#jobs.takeAll()) {
      this.#completions.release(pending);
      pending.reject(error);
    }
    this.#wake();
  }

  /** Refuses new jobs for this reason, whatever follows; those that the device has go on. */
  refuse(reason: MdevError): void {
    this.#refusal = reason;
    this.#wake();
  }

  readonly #violated = (tag: number): MdevError => {
    const error = failure('accel.protocol', { queue: this.index, tag });
    this.fail(error);
    return error;
  };

  async #check(): Promise<void> {
    if (this.#failure !== undefined) {
      return;
    }
    const epoch = this.#epoch;
    try {
      const { enabled, error } = await this.#device.status();
      if (!enabled && epoch === this.#epoch) {
        const details = { queue: this.index, error };
        this.fail(
          error === 0
            ? failure('accel.reset', details)
            : failure('accel.queue-error', { ...details, text: queueErrorText(error) }),
        );
      }
    } catch (error) {
      if (epoch === this.#epoch) {
        this.fail(lossOf(error));
      }
    }
  }

  #place(plan: JobPlan): Promise<JobResult> | undefined {
    this.#requireWorking();
    return this.#placer.place(plan, this.#writer);
  }

  /** Lets the device begin with what it has, and waits until there is room. */
  async #placeLater(plan: JobPlan): Promise<{ readonly result: Promise<JobResult> }> {
    let result: Promise<JobResult> | undefined;
    while (result === undefined) {
      // The device may complete within the write of the doorbell.
      const room = this.#room();
      this.#tail.ring(this.#writer.tail);
      await room;
      result = this.#place(plan);
    }
    // In an object, because awaiting a promise of a promise awaits both.
    return { result };
  }

  #allocate(size: number): number | undefined {
    this.#requireWorking();
    return this.#memory.extents.allocate(size);
  }

  #buffer(start: number, size: number, sizes: { input: number; output: number }): JobBuffer {
    const memory = this.#memory;
    const outputAt = start + extentBytes(sizes.input);
    return new JobBuffer(
      memory.window(start, sizes.input),
      memory.window(outputAt, sizes.output),
      { owner: this, inputAt: start, outputAt },
      () => {
        memory.extents.free(start, size);
        this.#wake();
      },
    );
  }

  /** Settles when something was given back, or the queue is lost. Only who has the turn waits here. */
  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeForRoom = resolve;
    });
  }

  #wake(): void {
    const wake = this.#wakeForRoom;
    this.#wakeForRoom = undefined;
    wake?.();
    if (this.pending === 0) {
      for (const idle of this.#idleWaiters.splice(0)) {
        idle();
      }
    }
  }

  #requireWorking(): void {
    const reason = this.#refusal ?? this.#failure;
    if (reason !== undefined) {
      throw reason;
    }
  }
}
