import { closeSync, openSync, writeSync } from 'node:fs';
import { trackDisposable, trackReleased } from '@mdevkit/core';
import { onProcessExit } from './process-exit.js';
import type { RecordingSink } from './sink.js';

/** Bytes that wait before they are written to a file, at the most. */
const CHUNK_BYTES = 1 << 16;

/**
 * Writes a recording to a file: its header at once, and what happens in a turn of the event loop at the end of that turn, or
 * when 64 KiB are there, or when the process exits. A process that dies leaves a recording that can be read; one that is
 * killed loses what happened in its last turn. A file that exists is replaced. Throws the error of open(2).
 */
export function fileSink(path: string): RecordingSink {
  return new FileSink(path);
}

class FileSink implements RecordingSink {
  readonly #descriptor: number;
  readonly #atExit: Disposable;
  #chunks: Uint8Array[] = [];
  #waiting = 0;
  #hasBegun = false;
  #isOver = false;
  /** Of the end of this turn. */
  #turn: NodeJS.Immediate | undefined;
  /** What went wrong between two writes; whoever writes next hears of it. */
  #problem: { readonly error: unknown } | undefined;

  constructor(path: string) {
    this.#descriptor = openSync(path, 'w');
    this.#atExit = onProcessExit(() => {
      this.#flushLater();
    });
    trackDisposable(this);
  }

  write(bytes: Uint8Array): void {
    if (this.#problem !== undefined) {
      throw this.#problem.error;
    }
    this.#chunks.push(bytes);
    this.#waiting += bytes.length;
    if (!this.#hasBegun || this.#waiting >= CHUNK_BYTES) {
      this.#hasBegun = true;
      this.#flush();
    } else {
      this.#turn ??= setImmediate(() => {
        this.#turn = undefined;
        this.#flushLater();
      }).unref();
    }
  }

  end(): void {
    if (this.#isOver) {
      return;
    }
    this.#isOver = true;
    this.#atExit[Symbol.dispose]();
    clearImmediate(this.#turn);
    try {
      this.#flush();
    } finally {
      closeSync(this.#descriptor);
      trackReleased(this);
    }
  }

  /** Nobody is there to be thrown at. */
  #flushLater(): void {
    try {
      this.#flush();
    } catch (error) {
      this.#problem ??= { error };
    }
  }

  #flush(): void {
    const [first] = this.#chunks;
    const bytes =
      first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#waiting = 0;
    let written = 0;
    while (written < bytes.length) {
      written += writeSync(this.#descriptor, bytes, written);
    }
  }
}
