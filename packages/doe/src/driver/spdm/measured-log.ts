import { Transcript } from '../../abi/spdm/index.js';

/** L1: the measurements that were asked for since the last signature over them, in a session or outside. */
export class MeasuredLog {
  readonly transcript = new Transcript();
  /** What the device measured when the first of them was answered. */
  first: Uint8Array | undefined;

  clear(): void {
    this.transcript.clear();
    this.first = undefined;
  }
}
