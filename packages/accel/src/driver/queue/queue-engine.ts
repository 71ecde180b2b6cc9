import {
  QueueError,
  queueErrorText,
  Status,
  SUBMISSION_ENTRY_BYTES,
  type QueueErrorCode,
  type StatusCode,
} from '../../abi/index.js';
import type { AlgorithmResult } from '../algorithm/index.js';
import type { QueueSlot } from '../pool/index.js';
import { CompletionQueue } from './completion-queue.js';
import { CompletionRing } from './completion-ring.js';
import { iovaOf } from './iova-range.js';
import { JobReader, type FetchedJob } from './job-reader.js';
import { runJob } from './job-runner.js';
import type { QueueConfig } from './queue-config.js';
import type { QueueDma, QueueServices } from './services.js';
import { StagingPool } from './staging-pool.js';
import { SubmissionRing } from './submission-ring.js';

/** Submission entries that one DMA access fetches at the most. */
const FETCH_ENTRIES = 16;

/** What a queue works on between being enabled and being stopped. */
interface Rings {
  readonly submission: SubmissionRing;
  readonly completion: CompletionQueue;
  readonly vector: number;
}

/**
 * The work of one queue: fetches entries, runs their jobs, posts completions, interrupts.
 *
 * Jobs are bound to the rings they came from. Stopping drops the rings, and with them everything that jobs
 * under way could still do: a job that ends later finds its rings gone and leaves no trace. It keeps its place
 * in the queue's slot until then, so resetting over and over does not pile up work.
 */
export class QueueEngine {
  readonly #services: QueueServices;
  readonly #dma: QueueDma;
  readonly #staging: StagingPool;
  readonly #reader: JobReader;
  readonly #entries = new Uint8Array(FETCH_ENTRIES * SUBMISSION_ENTRY_BYTES);
  readonly #entryView = new DataView(this.#entries.buffer);
  #slot: QueueSlot | undefined;
  #rings: Rings | undefined;
  #error: QueueErrorCode = QueueError.NONE;
  /** Counters of a queue that stopped. */
  #head = 0;
  #tail = 0;
  #advancing = false;
  #again = false;
  /** Completions were posted since the last interrupt. */
  #posted = false;

  constructor(services: QueueServices) {
    this.#services = services;
    this.#dma = services.dma;
    this.#staging = new StagingPool(services.inFlight);
    this.#reader = new JobReader(services.dma, services.algorithms, this.#staging);
  }

  get enabled(): boolean {
    return this.#rings !== undefined;
  }

  get error(): QueueErrorCode {
    return this.#error;
  }

  get idle(): boolean {
    return (this.#slot?.inFlight ?? 0) === 0 && (this.#rings?.completion.held ?? 0) === 0;
  }

  /** Entries fetched, modulo 2^32; also of a queue that stopped. */
  get submissionHead(): number {
    return this.#rings?.submission.head ?? this.#head;
  }

  /** Completions posted, modulo 2^32. */
  get completionTail(): number {
    return this.#rings?.completion.tail ?? this.#tail;
  }

  /** Gives the engine a queue of the parent to work with. */
  attach(slot: QueueSlot): void {
    this.#slot = slot;
  }

  /** Abandons everything and takes the queue of the parent away. */
  detach(): QueueSlot | undefined {
    this.reset();
    this.#staging.clear();
    const slot = this.#slot;
    this.#slot = undefined;
    return slot;
  }

  /** Starts with empty rings; undefined stands for a configuration that is not possible. */
  enable(config: QueueConfig | undefined): void {
    this.stop();
    if (config === undefined) {
      this.fail(QueueError.CONFIGURATION);
      return;
    }
    const { submissionBase, completionBase, depthLog2, vector } = config;
    const ring = new CompletionRing(iovaOf(completionBase), depthLog2);
    this.#error = QueueError.NONE;
    this.#rings = {
      submission: new SubmissionRing(iovaOf(submissionBase), depthLog2),
      completion: new CompletionQueue(ring, this.#dma),
      vector,
    };
  }

  /** Abandons what was begun; returns whether the queue was enabled. */
  stop(): boolean {
    const rings = this.#rings;
    if (rings === undefined) {
      return false;
    }
    this.#head = rings.submission.head;
    this.#tail = rings.completion.tail;
    this.#rings = undefined;
    this.#posted = false;
    return true;
  }

  /** As {@link stop}, and forgets errors and counters. */
  reset(): boolean {
    const was = this.stop();
    this.#error = QueueError.NONE;
    this.#head = 0;
    this.#tail = 0;
    return was;
  }

  /** Stops with an error. The client is told by the queue's interrupt, if the queue has one. */
  fail(code: QueueErrorCode): void {
    const vector = this.#rings?.vector;
    this.stop();
    this.#error = code;
    this.#services.reportError(queueErrorText(code));
    if (vector !== undefined) {
      this.#services.interrupt(vector);
    }
  }

  /** The tail doorbell; ignored while the queue is not enabled. */
  submit(tail: number): void {
    if (this.#rings === undefined) {
      return;
    }
    if (this.#rings.submission.announce(tail)) {
      this.#advance();
    } else {
      this.fail(QueueError.SUBMISSION_TAIL);
    }
  }

  /** The head doorbell; ignored while the queue is not enabled. */
  acknowledge(head: number): void {
    if (this.#rings === undefined) {
      return;
    }
    if (this.#rings.completion.acknowledge(head)) {
      this.#advance();
    } else {
      this.fail(QueueError.COMPLETION_HEAD);
    }
  }

  /**
   * Does all that can be done now. An interrupt may run the client at once, which may ring a doorbell: that call
   * only notes that there is more to do, so the stack stays flat.
   */
  #advance(): void {
    this.#again = true;
    if (this.#advancing) {
      return;
    }
    this.#advancing = true;
    try {
      while (this.#again) {
        this.#again = false;
        this.#step();
      }
    } finally {
      this.#advancing = false;
    }
  }

  #step(): void {
    const rings = this.#rings;
    const slot = this.#slot;
    if (rings === undefined || slot === undefined) {
      return;
    }
    this.#guard(QueueError.COMPLETION_FAULT, () => {
      this.#posted = rings.completion.flush(rings.submission.head) > 0 || this.#posted;
    });
    while (this.#rings === rings && this.#fetch(rings, slot)) {
      // Refused jobs end while they are started and leave room for more.
    }
    if (this.#posted) {
      this.#posted = false;
      this.#services.interrupt(rings.vector);
    }
  }

  /** Fetches and starts some jobs; false if there are none, or no room for more. */
  #fetch(rings: Rings, slot: QueueSlot): boolean {
    const { submission, completion } = rings;
    const room = this.#services.inFlight - slot.inFlight - completion.held;
    if (room <= 0 || submission.pending === 0) {
      return false;
    }
    let count = 0;
    this.#guard(QueueError.SUBMISSION_FAULT, () => {
      count = submission.fetch(this.#dma, this.#entries, room);
    });
    for (let i = 0; i < count && this.#rings === rings; i++) {
      this.#start(rings, slot, i * SUBMISSION_ENTRY_BYTES);
    }
    return true;
  }

  #start(rings: Rings, slot: QueueSlot, at: number): void {
    const fetched = this.#reader.read(this.#entryView, at);
    if ('status' in fetched) {
      this.#complete(rings, fetched.tag, fetched.status, 0, 0, 0);
      return;
    }
    slot.begin();
    void runJob(fetched, this.#services.logger).then((result) => {
      slot.end();
      this.#staging.give(fetched.staging);
      if (this.#rings === rings) {
        this.#finish(rings, fetched, result);
      }
      // Also for an abandoned job: its place is free for the queue as it is now.
      this.#advance();
    });
  }

  /** Stores the result where the client wants it now: what was unmapped meanwhile is a fault. */
  #finish(rings: Rings, { tag, job, destination }: FetchedJob, result: AlgorithmResult): void {
    const { status, output, consumed } = result;
    const bytesIn = job.input.length + job.auxiliary.length;
    try {
      if (output.length > 0) {
        this.#dma.write(destination, output);
      }
    } catch {
      this.#complete(rings, tag, Status.DMA_FAULT, 0, 0, bytesIn);
      return;
    }
    this.#complete(rings, tag, status, output.length, consumed, bytesIn);
  }

  #complete(
    rings: Rings,
    tag: number,
    status: StatusCode,
    produced: number,
    consumed: number,
    bytesIn: number,
  ): void {
    this.#services.count(status, bytesIn, produced);
    this.#guard(QueueError.COMPLETION_FAULT, () => {
      const completion = { tag, status, produced, consumed };
      this.#posted = rings.completion.push(completion, rings.submission.head) > 0 || this.#posted;
    });
  }

  /** Runs an access to a ring; a fault stops the queue. */
  #guard(code: QueueErrorCode, access: () => void): void {
    try {
      access();
    } catch (error) {
      this.#services.logger.warn('a ring cannot be accessed', { error });
      this.fail(code);
    }
  }
}
