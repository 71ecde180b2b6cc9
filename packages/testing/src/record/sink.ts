/** Where the bytes of one recording go. What it throws ends the recording, never the device. */
export interface RecordingSink {
  /** `bytes` are the sink's own from now on. */
  write(bytes: Uint8Array): void;
  /** Nothing comes after it. */
  end(): void;
}

/** Keeps a recording in memory. */
export interface MemorySink extends RecordingSink {
  /** All that was written, as one array. */
  readonly bytes: Uint8Array;
  readonly ended: boolean;
}

export function memorySink(): MemorySink {
  return new CollectingSink();
}

class CollectingSink implements MemorySink {
  readonly #chunks: Uint8Array[] = [];
  ended = false;

  get bytes(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }

  write(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
  }

  end(): void {
    this.ended = true;
  }
}
