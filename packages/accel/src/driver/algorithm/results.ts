import { Status, type StatusCode } from '../../abi/index.js';
import type { AlgorithmResult } from './algorithm.js';

const nothing = new Uint8Array(0);

/** The result of a job that used all of its input. */
export function succeeded(output: Uint8Array, consumed: number): AlgorithmResult {
  return { status: Status.OK, output, consumed };
}

/** The result of a job that wrote nothing. */
export function failed(status: StatusCode): AlgorithmResult {
  return { status, output: nothing, consumed: 0 };
}
