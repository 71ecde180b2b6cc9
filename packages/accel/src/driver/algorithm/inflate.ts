import { createInflate } from 'node:zlib';
import { Opcode, Status } from '../../abi/index.js';
import type { Algorithm, AlgorithmJob, AlgorithmResult } from './algorithm.js';
import { failed } from './results.js';
import { engineOptions, runEngine } from './zlib-engine.js';

/**
 * Restores a zlib stream (RFC 1950) on Node's thread pool. What follows the end of the stream is not looked
 * at; the completion says how many bytes were used.
 */
export const inflate: Algorithm = {
  name: 'inflate',
  opcode: Opcode.INFLATE,
  async run(job: AlgorithmJob): Promise<AlgorithmResult> {
    const { auxiliary, parameter, outputLimit } = job;
    if (parameter !== 0 || auxiliary.length > 0) {
      return failed(Status.BAD_DESCRIPTOR);
    }
    return runEngine(createInflate(engineOptions(outputLimit, outputLimit)), job);
  },
};
