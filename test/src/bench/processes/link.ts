import { NativeBuffer, UnixStream } from '@mdevkit/linux';
import type { ServerMode } from './server-mode.js';

const REPLY_AT = 32_768;
const WAIT_MS = 10_000;

/** The client's end of a connection: sends what is in its buffer, and waits for the answer as the server does. */
export class Link implements Disposable {
  readonly buffer = NativeBuffer.allocate(65_536);
  readonly #stream: UnixStream;
  readonly #mode: ServerMode;

  constructor(path: string, mode: ServerMode) {
    this.#stream = UnixStream.connect(path);
    this.#mode = mode;
  }

  /** The bytes of the last answer. */
  get answer(): DataView {
    return new DataView(this.buffer.view.buffer, this.buffer.view.byteOffset + REPLY_AT, REPLY_AT);
  }

  /** Sends the first `length` bytes and waits for an answer of `expected`. */
  roundTrip(length: number, expected: number, descriptors: readonly number[] = []): void {
    this.send(length, descriptors);
    this.receive(expected);
  }

  send(length: number, descriptors: readonly number[] = []): void {
    let sent = 0;
    while (sent < length) {
      const count = this.#stream.send(
        this.buffer,
        sent,
        length - sent,
        sent === 0 ? descriptors : [],
      );
      if (count >= 0) {
        sent += count;
      } else if (this.#mode !== 'poll') {
        this.#stream.wait(false, true, WAIT_MS);
      }
    }
  }

  receive(expected: number): void {
    let received = 0;
    while (received < expected) {
      if (this.#mode !== 'poll' && !this.#stream.wait(true, false, WAIT_MS)) {
        throw new Error('the server does not answer');
      }
      const count = this.#stream.receive(this.buffer, REPLY_AT + received, expected - received);
      if (count === 0) {
        throw new Error('the server is gone');
      }
      received += Math.max(0, count);
    }
  }

  [Symbol.dispose](): void {
    this.#stream[Symbol.dispose]();
    this.buffer[Symbol.dispose]();
  }
}
