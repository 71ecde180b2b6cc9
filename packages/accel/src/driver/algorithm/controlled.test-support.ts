import { settled } from '../../settled.test-support.js';
import type { Algorithm, AlgorithmJob, AlgorithmResult } from './algorithm.js';
import { succeeded } from './results.js';

/** Opcode of {@link Controlled}. */
export const CONTROLLED = 9;

/** An algorithm whose jobs end when the test says so. */
export class Controlled implements Algorithm {
  readonly name = 'controlled';
  readonly opcode: number;
  readonly jobs: {
    readonly job: AlgorithmJob;
    readonly end: (output: Uint8Array) => void;
    readonly resolve: (result: AlgorithmResult) => void;
    readonly reject: (error: unknown) => void;
  }[] = [];

  constructor(opcode = CONTROLLED) {
    this.opcode = opcode;
  }

  run(job: AlgorithmJob): Promise<AlgorithmResult> {
    return new Promise((resolve, reject) => {
      const end = (output: Uint8Array): void => {
        resolve(succeeded(output, job.input.length));
      };
      this.jobs.push({ job, end, resolve, reject });
    });
  }

  /** Ends the job that began `index`-th. */
  async end(index: number, output: Uint8Array = new Uint8Array(0)): Promise<void> {
    this.jobs[index]?.end(output);
    await settled();
  }
}
