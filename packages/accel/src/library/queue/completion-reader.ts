import {
  COMPLETION_ENTRY_BYTES,
  COMPLETION_PHASE,
  CompletionEntry,
  ringAdvance,
  ringIndex,
  ringPhase,
} from '../../abi/index.js';

/** The client's end of a completion ring. */
export class CompletionReader {
  /** The entry that {@link next} found. */
  readonly entry = CompletionEntry.view();
  readonly #ring: DataView;
  readonly #depthLog2: number;
  #head = 0;

  constructor(ring: Uint8Array, depthLog2: number) {
    this.#ring = new DataView(ring.buffer, ring.byteOffset, ring.byteLength);
    this.#depthLog2 = depthLog2;
  }

  /** Entries taken so far, modulo 2^32. */
  get head(): number {
    return this.#head;
  }

  /** Moves `entry` to the next one that the device has posted; false if there is none. */
  next(): boolean {
    const at = ringIndex(this.#head, this.#depthLog2) * COMPLETION_ENTRY_BYTES;
    const phase = this.entry.at(this.#ring, at).flags & COMPLETION_PHASE;
    if (phase !== ringPhase(this.#head, this.#depthLog2)) {
      return false;
    }
    this.#head = ringAdvance(this.#head, 1);
    return true;
  }
}
