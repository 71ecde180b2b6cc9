import { createHash, webcrypto } from 'node:crypto';
import { Opcode, SHA256_BYTES, Status } from '../../abi/index.js';
import {
  INLINE_BYTES,
  type Algorithm,
  type AlgorithmJob,
  type AlgorithmResult,
} from './algorithm.js';
import { failed, succeeded } from './results.js';

/** SHA-256 (FIPS 180-4); long inputs on Node's thread pool. */
export const sha256: Algorithm = {
  name: 'sha256',
  opcode: Opcode.SHA256,
  async run({ input, auxiliary, parameter, outputLimit }: AlgorithmJob): Promise<AlgorithmResult> {
    if (parameter !== 0 || auxiliary.length > 0) {
      return failed(Status.BAD_DESCRIPTOR);
    }
    if (outputLimit < SHA256_BYTES) {
      return failed(Status.DESTINATION_TOO_SMALL);
    }
    const digest =
      input.length <= INLINE_BYTES
        ? createHash('sha256').update(input).digest()
        : new Uint8Array(await webcrypto.subtle.digest('SHA-256', input));
    return succeeded(digest, input.length);
  },
};
