import type { Algorithm } from './algorithm.js';
import { aesGcmDecrypt, aesGcmEncrypt } from './aes-gcm.js';
import { deflate } from './deflate.js';
import { inflate } from './inflate.js';
import { sha256 } from './sha256.js';

export { Algorithm, INLINE_BYTES, type AlgorithmJob, type AlgorithmResult } from './algorithm.js';
export { failed, succeeded } from './results.js';

/** Everything that the accelerator computes by itself. */
export const builtInAlgorithms: readonly Algorithm[] = [
  deflate,
  inflate,
  sha256,
  aesGcmEncrypt,
  aesGcmDecrypt,
];
