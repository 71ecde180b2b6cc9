/** Writes 4 bytes to the doorbell. */
export type WriteDoorbell = (bytes: Uint8Array) => Promise<unknown>;

/**
 * A doorbell of a free-running counter. While a write is under way only the newest value is kept: a counter
 * that has moved on makes the values before pointless.
 */
export class Doorbell {
  readonly #write: WriteDoorbell;
  readonly #onError: (error: unknown) => void;
  readonly #bytes = new Uint8Array(4);
  readonly #view = new DataView(this.#bytes.buffer);
  #writing = false;
  #value = 0;
  #written = 0;
  #writes = 0;
  #restarts = 0;

  constructor(write: WriteDoorbell, onError: (error: unknown) => void) {
    this.#write = write;
    this.#onError = onError;
  }

  /** Writes so far. */
  get writes(): number {
    return this.#writes;
  }

  /** Sees to it that the device learns `value`. Never throws; what a write throws goes to `onError`. */
  ring(value: number): void {
    this.#value = value;
    if (!this.#writing) {
      void this.#flush();
    }
  }

  /** The device counts from 0 again; what becomes of a write from before matters no more. */
  restart(): void {
    this.#restarts += 1;
    this.#value = 0;
    this.#written = 0;
  }

  async #flush(): Promise<void> {
    this.#writing = true;
    while (this.#written !== this.#value) {
      const restarts = this.#restarts;
      this.#written = this.#value;
      this.#writes += 1;
      this.#view.setUint32(0, this.#value, true);
      try {
        await this.#write(this.#bytes);
      } catch (error) {
        if (restarts === this.#restarts) {
          this.#onError(error);
        }
      }
    }
    this.#writing = false;
  }
}
