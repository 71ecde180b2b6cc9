import { closeSync } from 'node:fs';
import { NativeBuffer, UnixStream } from '@mdevkit/linux';
import { eventually } from '../eventually.test-support.js';

const HEADER = 16;
const ROOM = 4 * 2 ** 20;

/** One frame as it came over the wire. */
export interface RawFrame {
  readonly id: number;
  readonly type: number;
  readonly errno: number;
  readonly descriptors: number;
  readonly payload: Uint8Array;
}

export interface RawHeader {
  readonly id?: number;
  /** Lies, if they are given. */
  readonly size?: number;
  readonly descriptors?: number;
}

/**
 * A client that says exactly what a test wants it to say. It knows nothing of the sources it tests: frames are put together
 * and taken apart here once more.
 */
export class RawClient implements Disposable {
  readonly stream: UnixStream;
  /** That came, in their order; closed at disposal. */
  readonly fds: number[] = [];
  readonly #buffer = NativeBuffer.allocate(ROOM);
  #pending = new Uint8Array(0);
  /** The other side has closed the connection. */
  ended = false;

  constructor(stream: UnixStream) {
    this.stream = stream;
  }

  static connect(path: string): RawClient {
    return new RawClient(UnixStream.connect(path));
  }

  /** Connects and takes the greeting. */
  static async greeted(path: string): Promise<RawClient> {
    const client = RawClient.connect(path);
    await client.frame();
    return client;
  }

  send(type: number, payload?: Uint8Array, header?: RawHeader, fds?: readonly number[]): void {
    this.sendBytes(frameBytes(type, payload, { descriptors: fds?.length ?? 0, ...header }), fds);
  }

  /** Sends any bytes with one sendmsg; how many the socket took, -1 if it is full. */
  sendBytes(bytes: Uint8Array, fds?: readonly number[]): number {
    this.#buffer.bytes.set(bytes);
    return this.stream.send(this.#buffer, 0, bytes.length, fds);
  }

  /** The next frame. Throws if none comes. */
  frame(): Promise<RawFrame> {
    return eventually(() => this.receive());
  }

  /** Waits until the other side has closed the connection. */
  async end(): Promise<void> {
    await eventually(() => this.receive() === undefined && this.ended);
  }

  receive(): RawFrame | undefined {
    this.#fill();
    const view = new DataView(this.#pending.buffer, this.#pending.byteOffset, this.#pending.length);
    if (view.byteLength < HEADER || view.byteLength < view.getUint32(0, true)) {
      return undefined;
    }
    const size = view.getUint32(0, true);
    const frame = {
      id: view.getUint32(4, true),
      type: view.getUint16(8, true),
      descriptors: view.getUint16(10, true),
      errno: view.getUint32(12, true),
      payload: this.#pending.slice(HEADER, size),
    };
    this.#pending = this.#pending.slice(size);
    return frame;
  }

  [Symbol.dispose](): void {
    for (const fd of this.fds.splice(0)) {
      closeSync(fd);
    }
    this.stream[Symbol.dispose]();
    this.#buffer[Symbol.dispose]();
  }

  #fill(): void {
    while (!this.ended) {
      const count = this.stream.receive(this.#buffer, 0, ROOM);
      this.fds.push(...this.stream.takeDescriptors());
      if (count < 0) {
        return;
      }
      this.ended = count === 0;
      const joined = new Uint8Array(this.#pending.length + count);
      joined.set(this.#pending);
      joined.set(this.#buffer.bytes.subarray(0, count), this.#pending.length);
      this.#pending = joined;
    }
  }
}

/** A frame as bytes. */
export function frameBytes(
  type: number,
  payload: Uint8Array = new Uint8Array(0),
  { id = 1, size = HEADER + payload.length, descriptors = 0 }: RawHeader = {},
): Uint8Array {
  const bytes = new Uint8Array(HEADER + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, size, true);
  view.setUint32(4, id, true);
  view.setUint16(8, type, true);
  view.setUint16(10, descriptors, true);
  bytes.set(payload, HEADER);
  return bytes;
}

/** Numbers as they travel, u32 each. */
export function words(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}
