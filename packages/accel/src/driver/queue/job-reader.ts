import { MdevError, type Iova } from '@mdevkit/core';
import { MAX_TRANSFER, Status, SubmissionEntry, type StatusCode } from '../../abi/index.js';
import type { Algorithm, AlgorithmJob } from '../algorithm/index.js';
import { iovaOf } from './iova-range.js';
import type { StagingPool } from './staging-pool.js';
import type { QueueDma } from './services.js';

/** A submission entry that was found to be well formed, with its input. */
export interface FetchedJob {
  readonly tag: number;
  readonly algorithm: Algorithm;
  readonly job: AlgorithmJob;
  readonly destination: Iova;
  /** What the input lies in; goes back to the pool after the job. */
  readonly staging: Uint8Array;
}

/** An entry that no algorithm gets to see. */
export interface RefusedJob {
  readonly tag: number;
  readonly status: StatusCode;
}

/**
 * Turns submission entries into jobs. Everything in an entry comes from the client and is checked here; the
 * input is copied once, and what the client does to its memory afterwards has no effect on the job. The copy
 * costs a few per cent of a compression at most, and without it a thread would read memory that the client
 * may have unmapped meanwhile.
 */
export class JobReader {
  readonly #dma: QueueDma;
  readonly #algorithms: ReadonlyMap<number, Algorithm>;
  readonly #staging: StagingPool;
  readonly #entry = SubmissionEntry.view();

  constructor(dma: QueueDma, algorithms: ReadonlyMap<number, Algorithm>, staging: StagingPool) {
    this.#dma = dma;
    this.#staging = staging;
    this.#algorithms = algorithms;
  }

  /** The job of the entry at byte `at` of `entries`. */
  read(entries: DataView, at: number): FetchedJob | RefusedJob {
    const entry = this.#entry.at(entries, at);
    const { tag } = entry;
    const algorithm = this.#algorithms.get(entry.opcode);
    if (algorithm === undefined) {
      return { tag, status: Status.BAD_OPCODE };
    }
    const outputLimit = entry.destination_length;
    const reserved =
      entry.flags | entry.reserved0 | entry.reserved1 | entry.reserved2 | entry.reserved3;
    if (
      reserved !== 0 ||
      entry.source_length > MAX_TRANSFER ||
      entry.auxiliary_length > MAX_TRANSFER ||
      outputLimit > MAX_TRANSFER
    ) {
      return { tag, status: Status.BAD_DESCRIPTOR };
    }
    const { parameter } = entry;
    const destination = iovaOf(entry.destination);
    const staging = this.#staging.take(entry.source_length);
    try {
      const input = staging.subarray(0, entry.source_length);
      this.#copy(entry.source, input);
      const auxiliary = new Uint8Array(entry.auxiliary_length);
      this.#copy(entry.auxiliary, auxiliary);
      const job = { input, auxiliary, parameter, outputLimit };
      return { tag, algorithm, destination, staging, job };
    } catch (error) {
      this.#staging.give(staging);
      // Anything but an error of DMA is lack of memory.
      return { tag, status: MdevError.is(error) ? Status.DMA_FAULT : Status.DEVICE_ERROR };
    }
  }

  #copy(source: bigint, into: Uint8Array): void {
    if (into.length > 0) {
      this.#dma.read(iovaOf(source), into);
    }
  }
}
