import { duplicates, NativeBuffer, type UnixStream } from '@mdevkit/linux';
import { closeAll } from './frame-reader.js';
import { DESCRIPTORS, ERRNO, HEADER_SIZE, ID, SIZE, TYPE } from './frame.js';

/** What the socket did not take of a frame. */
interface Rest {
  readonly bytes: Uint8Array;
  at: number;
  /** Second descriptors of what was lent; they go with the first byte. */
  fds: readonly number[];
}

const none: readonly number[] = [];

/**
 * Where frames are put together before they are sent. One is enough for all streams of a server or a client, because
 * nothing happens between filling it and sending it.
 */
export class SendRoom implements Disposable {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly buffer: NativeBuffer;

  /** `maxFrame` is in bytes. */
  constructor(maxFrame: number) {
    this.buffer = NativeBuffer.allocate(maxFrame);
    this.bytes = this.buffer.bytes;
    this.view = this.buffer.view;
  }

  [Symbol.dispose](): void {
    this.buffer[Symbol.dispose]();
  }
}

/**
 * Sends frames on a stream in order, each with one sendmsg; what the socket does not take waits, up to a limit. The stream
 * stays the caller's.
 */
export class FrameWriter implements Disposable {
  /** Nobody reads any more: what is sent is thrown away. */
  failed = false;
  /** The reason is that the peer reads too little. */
  isSlow = false;
  readonly #stream: UnixStream;
  readonly #room: SendRoom;
  readonly #maxQueued: number;
  readonly #rests: Rest[] = [];
  #queued = 0;

  /** Bytes beyond `maxQueued` may wait only as the rest of one frame; a second one fails. Default: no limit. */
  constructor(stream: UnixStream, room: SendRoom, maxQueued = Infinity) {
    this.#stream = stream;
    this.#room = room;
    this.#maxQueued = maxQueued;
  }

  /** Something waits for the socket. */
  get isBlocked(): boolean {
    return this.#rests.length > 0;
  }

  /** Bytes that a payload may have. */
  get maxPayload(): number {
    return this.#room.bytes.length - HEADER_SIZE;
  }

  /** Sends `head` and `data`, one behind the other, as the payload of a frame. Descriptors are lent for this call. */
  send(
    type: number,
    id: number,
    errno: number,
    head: Uint8Array,
    data?: Uint8Array,
    fds: readonly number[] = none,
  ): void {
    const size = this.#fill(type, id, errno, head, data, fds.length);
    const taken = this.isBlocked ? 0 : this.#offer(size, fds);
    this.#keep(taken, size, fds);
  }

  /** The same, except that nothing waits if the socket takes nothing now; whether it took something. */
  trySend(type: number, id: number, head: Uint8Array, data: Uint8Array): boolean {
    if (this.isBlocked) {
      return false;
    }
    const size = this.#fill(type, id, 0, head, data, 0);
    const taken = this.#offer(size, none);
    if (taken > 0) {
      this.#keep(taken, size, none);
    }
    return taken > 0 && !this.failed;
  }

  /** Sends what waits; whether nothing is left. */
  flush(): boolean {
    for (let rest = this.#rests[0]; rest !== undefined; rest = this.#rests[0]) {
      if (!this.#sendRest(rest)) {
        return false;
      }
      this.#rests.shift();
      this.#queued -= rest.bytes.length;
    }
    return true;
  }

  [Symbol.dispose](): void {
    this.failed = true;
    this.#drop();
  }

  #fill(
    type: number,
    id: number,
    errno: number,
    head: Uint8Array,
    data: Uint8Array | undefined,
    descriptors: number,
  ): number {
    const { view, bytes } = this.#room;
    const dataAt = HEADER_SIZE + head.length;
    const size = dataAt + (data?.length ?? 0);
    view.setUint32(SIZE, size, true);
    view.setUint32(ID, id, true);
    view.setUint16(TYPE, type, true);
    view.setUint16(DESCRIPTORS, descriptors, true);
    view.setUint32(ERRNO, errno, true);
    bytes.set(head, HEADER_SIZE);
    if (data !== undefined) {
      bytes.set(data, dataAt);
    }
    return size;
  }

  /** How many bytes the socket takes of the frame in the room. */
  #offer(size: number, fds: readonly number[]): number {
    if (this.failed) {
      return size;
    }
    try {
      return Math.max(0, this.#stream.send(this.#room.buffer, 0, size, fds));
    } catch {
      return this.#fail(size);
    }
  }

  #keep(taken: number, size: number, fds: readonly number[]): void {
    if (taken >= size || this.failed) {
      return;
    }
    if (this.isBlocked && this.#queued + size - taken > this.#maxQueued) {
      this.isSlow = true;
      this.#fail(0);
    } else {
      try {
        const left = taken === 0 ? duplicates(fds) : none;
        this.#rests.push({ bytes: this.#room.bytes.slice(taken, size), at: 0, fds: left });
        this.#queued += size - taken;
      } catch {
        this.#fail(0);
      }
    }
  }

  #sendRest(rest: Rest): boolean {
    const { buffer, bytes } = this.#room;
    while (rest.at < rest.bytes.length && !this.failed) {
      const part = rest.bytes.subarray(rest.at, rest.at + bytes.length);
      bytes.set(part);
      let taken: number;
      try {
        taken = this.#stream.send(buffer, 0, part.length, rest.fds);
      } catch {
        this.#fail(0);
        return true;
      }
      if (taken < 0) {
        return false;
      }
      closeAll(rest.fds);
      rest.fds = none;
      rest.at += taken;
    }
    return true;
  }

  #fail(answer: number): number {
    this.failed = true;
    this.#drop();
    return answer;
  }

  #drop(): void {
    for (const { fds } of this.#rests.splice(0)) {
      closeAll(fds);
    }
  }
}
