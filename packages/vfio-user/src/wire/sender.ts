import type { NativeBuffer, UnixStream } from '@mdevkit/linux';
import { Backlog } from './backlog.js';

/** Why nothing can be sent any more: the peer is gone, or it does not read what it is sent. */
export type SendFailure = 'gone' | 'slow';

/** Puts whole messages on a stream in order, each with one sendmsg; what the socket does not take waits. */
export class Sender implements Disposable {
  /** Once set, what is sent is thrown away. */
  failed: SendFailure | undefined;
  readonly #stream: UnixStream;
  readonly #backlog: Backlog;

  /** `limit` is how many bytes may wait. The stream stays the caller's. */
  constructor(stream: UnixStream, limit: number) {
    this.#stream = stream;
    this.#backlog = new Backlog(limit);
  }

  /** Bytes that wait for the socket. */
  get queued(): number {
    return this.#backlog.size;
  }

  /** Descriptors are lent for this call. */
  send(buffer: NativeBuffer, length: number, fds?: readonly number[]): void {
    if (this.failed !== undefined) {
      return;
    }
    try {
      const taken = this.#backlog.size === 0 ? this.#stream.send(buffer, 0, length, fds) : 0;
      if (taken !== length) {
        this.#wait(buffer, Math.max(taken, 0), length, fds);
      }
    } catch {
      // The peer has closed its end, or there is no memory or descriptor for what has to wait.
      this.failed = 'gone';
    }
  }

  /** Sends what waits; whether nothing is left. */
  flush(): boolean {
    if (this.failed !== undefined || this.#backlog.size === 0) {
      return true;
    }
    try {
      return this.#backlog.flush(this.#stream);
    } catch {
      this.failed = 'gone';
      return true;
    }
  }

  #wait(buffer: NativeBuffer, sent: number, length: number, fds?: readonly number[]): void {
    // Descriptors went with the first byte.
    const left = sent === 0 ? fds : undefined;
    if (!this.#backlog.add(buffer.bytes.subarray(sent, length), left)) {
      this.failed = 'slow';
    }
  }

  [Symbol.dispose](): void {
    this.failed ??= 'gone';
    this.#backlog[Symbol.dispose]();
  }
}
