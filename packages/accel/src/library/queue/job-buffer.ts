import { trackDisposable, trackReleased } from '@mdevkit/core';
import { failure } from '../../errors.js';

/** Where a buffer lies in its queue's memory. */
export interface BufferPlace {
  /** Whose buffer it is. */
  readonly owner: object;
  readonly inputAt: number;
  readonly outputAt: number;
}

/**
 * Memory that the device accesses directly: the input is filled in place and the output is found in place, so
 * that a job copies nothing on the client's side. One job at a time; disposing gives the memory back, after
 * the job that is under way.
 */
export class JobBuffer implements Disposable {
  /** The place for the input. */
  readonly input: Uint8Array;
  /** The room for the output. */
  readonly output: Uint8Array;
  /** @internal Where it lies in the memory of its queue. */
  readonly inputAt: number;
  /** @internal */
  readonly outputAt: number;
  readonly #owner: object;
  readonly #release: () => void;
  #busy = false;
  #released = false;

  /** Made by `AccelQueue.allocate`. */
  constructor(input: Uint8Array, output: Uint8Array, place: BufferPlace, release: () => void) {
    this.input = input;
    this.output = output;
    this.inputAt = place.inputAt;
    this.outputAt = place.outputAt;
    this.#owner = place.owner;
    this.#release = release;
    trackDisposable(this);
  }

  /** Whether a job has it. */
  get busy(): boolean {
    return this.#busy;
  }

  /** A job takes it. Throws `accel.buffer-foreign`, `accel.buffer-busy`. */
  begin(owner: object): void {
    if (this.#released || this.#owner !== owner) {
      throw failure('accel.buffer-foreign');
    }
    if (this.#busy) {
      throw failure('accel.buffer-busy');
    }
    this.#busy = true;
  }

  /** The job has ended. */
  end(): void {
    this.#busy = false;
    if (this.#released) {
      this.#release();
    }
  }

  [Symbol.dispose](): void {
    if (this.#released) {
      return;
    }
    this.#released = true;
    trackReleased(this);
    if (!this.#busy) {
      this.#release();
    }
  }
}
