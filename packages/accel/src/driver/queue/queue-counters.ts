import type { DeviceMemory } from '@mdevkit/core';
import { QueueStatistics, STATISTICS_OFFSET, STATISTICS_STRIDE } from '../../abi/index.js';

/** What one queue did; kept here and shown in the shared region, which the client may overwrite. */
export class QueueCounters {
  readonly #shared: DeviceMemory;
  readonly #at: number;
  readonly #shown = QueueStatistics.view();
  #completed = 0;
  #failed = 0;
  #bytesIn = 0;
  #bytesOut = 0;

  constructor(shared: DeviceMemory, queue: number) {
    this.#shared = shared;
    this.#at = STATISTICS_OFFSET + queue * STATISTICS_STRIDE;
  }

  count(succeeded: boolean, bytesIn: number, bytesOut: number): void {
    if (succeeded) {
      this.#completed += 1;
    } else {
      this.#failed += 1;
    }
    this.#bytesIn += bytesIn;
    this.#bytesOut += bytesOut;
    this.#show();
  }

  reset(): void {
    this.#completed = 0;
    this.#failed = 0;
    this.#bytesIn = 0;
    this.#bytesOut = 0;
  }

  #show(): void {
    const { buffer, byteOffset, byteLength } = this.#shared.bytes;
    const shown = this.#shown.at(new DataView(buffer, byteOffset, byteLength), this.#at);
    shown.completed = this.#completed;
    shown.failed = this.#failed;
    shown.bytes_in = this.#bytesIn;
    shown.bytes_out = this.#bytesOut;
  }
}
