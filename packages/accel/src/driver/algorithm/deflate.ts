import { createDeflate } from 'node:zlib';
import { Opcode, Status } from '../../abi/index.js';
import type { Algorithm, AlgorithmJob, AlgorithmResult } from './algorithm.js';
import { failed } from './results.js';
import { engineOptions, runEngine } from './zlib-engine.js';

/** Compresses into a zlib stream (RFC 1950) on Node's thread pool. */
export const deflate: Algorithm = {
  name: 'deflate',
  opcode: Opcode.DEFLATE,
  async run(job: AlgorithmJob): Promise<AlgorithmResult> {
    const { input, auxiliary, parameter, outputLimit } = job;
    if (parameter > 9 || auxiliary.length > 0) {
      return failed(Status.BAD_DESCRIPTOR);
    }
    const options = engineOptions(likelyBytes(input.length), outputLimit);
    const engine = createDeflate(parameter === 0 ? options : { ...options, level: parameter });
    return runEngine(engine, job);
  },
};

/** Most data shrink to a half; what does not comes in one piece more. */
function likelyBytes(length: number): number {
  return (length >>> 1) + 64;
}
