import { duplicates, NativeBuffer, type UnixStream } from '@mdevkit/linux';
import { closeAll } from './descriptor-batches.js';

/** A message that carries descriptors. It is sent by itself, so that they belong to no other one. */
interface Carrier {
  at: number;
  end: number;
  readonly fds: readonly number[];
}

/** Descriptors that wait, at the most: a process has only so many, and a peer that does not read would keep them. */
const MOST_DESCRIPTORS = 256;

/** Copies of what a socket did not take, in order. There is no memory for it until it is needed. */
export class Backlog implements Disposable {
  readonly #limit: number;
  readonly #carriers: Carrier[] = [];
  #buffer: NativeBuffer | undefined;
  #start = 0;
  #end = 0;
  #descriptors = 0;

  /** `limit` in bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes that wait. */
  get size(): number {
    return this.#end - this.#start;
  }

  /** Copies bytes, and descriptors, which stay the caller's. False if there is no room for them. */
  add(bytes: Uint8Array, fds: readonly number[] = []): boolean {
    if (
      this.size + bytes.length > this.#limit ||
      this.#descriptors + fds.length > MOST_DESCRIPTORS
    ) {
      return false;
    }
    // Twice the limit, so that what waits is moved only after as much has been sent; untouched pages cost nothing.
    this.#buffer ??= NativeBuffer.allocate(2 * this.#limit);
    if (this.#end + bytes.length > this.#buffer.size) {
      this.#moveToFront(this.#buffer);
    }
    this.#buffer.bytes.set(bytes, this.#end);
    if (fds.length > 0) {
      const end = this.#end + bytes.length;
      this.#carriers.push({ at: this.#end, end, fds: duplicates(fds) });
      this.#descriptors += fds.length;
    }
    this.#end += bytes.length;
    return true;
  }

  /** Sends as much as the socket takes; whether nothing is left. Throws what the stream throws. */
  flush(stream: UnixStream): boolean {
    while (this.#buffer !== undefined && this.#end > this.#start) {
      const carrier = this.#carriers[0];
      const carries = carrier?.at === this.#start;
      const end = carries ? carrier.end : (carrier?.at ?? this.#end);
      const fds = carries ? carrier.fds : undefined;
      const taken = stream.send(this.#buffer, this.#start, end - this.#start, fds);
      if (taken < 0) {
        return false;
      }
      this.#start += taken;
      if (carries) {
        // They went with the first byte.
        this.#carriers.shift();
        this.#descriptors -= carrier.fds.length;
        closeAll(carrier.fds);
      }
    }
    this.#start = 0;
    this.#end = 0;
    return true;
  }

  [Symbol.dispose](): void {
    for (const { fds } of this.#carriers.splice(0)) {
      closeAll(fds);
    }
    this.#descriptors = 0;
    this.#buffer?.[Symbol.dispose]();
    this.#buffer = undefined;
    this.#start = 0;
    this.#end = 0;
  }

  #moveToFront(buffer: NativeBuffer): void {
    buffer.bytes.copyWithin(0, this.#start, this.#end);
    for (const carrier of this.#carriers) {
      carrier.at -= this.#start;
      carrier.end -= this.#start;
    }
    this.#end -= this.#start;
    this.#start = 0;
  }
}
