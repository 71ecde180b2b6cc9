import {
  failure as coreFailure,
  trackDisposable,
  trackReleased,
  type Mapping,
} from '@mdevkit/core';
import type { SharedMemory } from '@mdevkit/linux';

/** Part of a region that the server shares by a descriptor. A view that is kept beyond the unmap shows zeros. */
export class RegionMapping implements Mapping {
  readonly #memory: SharedMemory;
  readonly #bytes: Uint8Array;
  readonly #isLost: () => boolean;
  readonly #onUnmapped: (mapping: RegionMapping) => void;
  #mapped = true;

  /** Owns the memory, of which `bytes` is all. */
  constructor(
    memory: SharedMemory,
    bytes: Uint8Array,
    isLost: () => boolean,
    onUnmapped: (mapping: RegionMapping) => void,
  ) {
    this.#memory = memory;
    this.#bytes = bytes;
    this.#isLost = isLost;
    this.#onUnmapped = onUnmapped;
    trackDisposable(this);
  }

  get bytes(): Uint8Array {
    if (!this.#mapped) {
      throw coreFailure('device.closed');
    }
    if (this.#isLost()) {
      throw coreFailure('device.revoked');
    }
    return this.#bytes;
  }

  [Symbol.dispose](): void {
    if (this.#mapped) {
      this.#mapped = false;
      trackReleased(this);
      this.#memory[Symbol.dispose]();
      this.#onUnmapped(this);
    }
  }
}
