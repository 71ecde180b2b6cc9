import { closeSync, openSync, writeSync } from 'node:fs';
import { trackDisposable, trackReleased } from '@mdevkit/core';

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

/** Bytes that wait before they are written to a file. */
const CHUNK_BYTES = 1 << 16;

/**
 * Writes a recording to a file, in chunks of 64 KiB and at its end; what a process that is killed has not written is lost.
 * A file that exists is replaced. Throws the error of open(2).
 */
export function fileSink(path: string): RecordingSink {
  return new FileSink(path);
}

class FileSink implements RecordingSink {
  readonly #descriptor: number;
  #chunks: Uint8Array[] = [];
  #waiting = 0;
  #ended = false;

  constructor(path: string) {
    this.#descriptor = openSync(path, 'w');
    trackDisposable(this);
  }

  write(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#waiting += bytes.length;
    if (this.#waiting >= CHUNK_BYTES) {
      this.#flush();
    }
  }

  end(): void {
    if (this.#ended) {
      return;
    }
    this.#ended = true;
    try {
      this.#flush();
    } finally {
      closeSync(this.#descriptor);
      trackReleased(this);
    }
  }

  #flush(): void {
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#waiting = 0;
    let written = 0;
    while (written < bytes.length) {
      written += writeSync(this.#descriptor, bytes, written);
    }
  }
}
