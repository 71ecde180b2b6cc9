import { isSocket, type UnixStream } from '@mdevkit/linux';
import { VFIO_USER_TYPE_COMMAND, VFIO_USER_TYPE_MASK, VFIO_USER_TYPE_REPLY } from '@mdevkit/uapi';
import { closeAll, DescriptorBatches } from './descriptor-batches.js';
import { COMMAND, ERROR_NUMBER, FLAGS, HEADER_SIZE, MESSAGE_ID, MESSAGE_SIZE } from './header.js';
import { BufferPool, type Lease } from './lease.js';

/** Room for small messages behind the largest one, so that many come with one receive. */
const BATCH_ROOM = 64 * 1024;
/** A receive into less room than this is not worth its call. */
const LOW_ROOM = 4096;
/** So often one `next` asks the socket: a peer that sends byte by byte must not keep it for ever. */
const MOST_RECEIVES = 64;

export interface IncomingOptions {
  /** Bytes of the largest message that is taken, header included. */
  readonly maxMessage: number;
  /** The most descriptors of one message. */
  readonly maxDescriptors: number;
  /** Which sockets may be among them. A peer could send its own end, and its departure would not be seen. Default: none. */
  readonly takesSocket?: (fd: number) => boolean;
}

/**
 * What is wrong with a message. After `size` and `too-large` nobody knows where the next one begins. The others are
 * whole, so the stream goes on: `type` is neither a command nor a reply, `descriptors` came with too many of them, with
 * a socket that is not taken, or some were lost on the way because this process can have no more; all of them are closed.
 */
export type Malformed = 'size' | 'too-large' | 'type' | 'descriptors';

/**
 * Takes messages from a socket, many with one receive, and shows one at a time in its fields; nothing is allocated for a
 * message. It owns neither the stream nor its own answers: whoever reads it replies.
 *
 * Source: vfio-user protocol specification (docs/interop/vfio-user.rst of QEMU), Header.
 */
export class Incoming implements Disposable {
  id = 0;
  command = 0;
  /** All of them, the type too. */
  flags = 0;
  errno = 0;
  isReply = false;
  /** Where the payload begins in {@link Incoming.view} and {@link Incoming.bytes}; valid until the next message. */
  at = 0;
  /** Bytes of the payload. */
  length = 0;
  /** Of the current message. Look at it first: nothing but the header can be relied on then. */
  malformed: Malformed | undefined;
  /** The peer is gone, or the socket failed: no message comes any more. */
  ended = false;
  /** Why the socket failed, if it did. */
  failure: unknown;
  view: DataView;
  bytes: Uint8Array;
  readonly #stream: UnixStream;
  readonly #pool: BufferPool;
  readonly #maxMessage: number;
  readonly #takesSocket: (fd: number) => boolean;
  readonly #batches: DescriptorBatches;
  /** Those of the current message. */
  #fds: number[] = [];
  #start = 0;
  #end = 0;
  #outOfStep = false;

  constructor(stream: UnixStream, options: IncomingOptions) {
    this.#stream = stream;
    this.#maxMessage = options.maxMessage;
    this.#takesSocket = options.takesSocket ?? (() => false);
    this.#batches = new DescriptorBatches(options.maxDescriptors);
    this.#pool = new BufferPool(options.maxMessage + BATCH_ROOM);
    this.view = this.#pool.current.view;
    this.bytes = this.#pool.current.bytes;
  }

  /** The stream cannot be followed any more: there is no next message. */
  get outOfStep(): boolean {
    return this.#outOfStep;
  }

  /** How many descriptors came with the current message and have not been taken. */
  get descriptorCount(): number {
    return this.#fds.length;
  }

  /** Those of the current message: the caller closes them from now on. What is not taken is closed by `next`. */
  takeDescriptors(): number[] {
    return this.#fds.splice(0);
  }

  /**
   * Makes the next whole message the current one, receiving what is needed. False if there is none yet, or there
   * will be none: see {@link Incoming.ended} and {@link Incoming.outOfStep}. Never blocks.
   */
  next(): boolean {
    if (this.#fds.length > 0) {
      closeAll(this.#fds.splice(0));
    }
    for (let receives = 0; receives < MOST_RECEIVES; receives++) {
      if (this.#parse()) {
        return true;
      }
      if (this.#outOfStep || !this.#receive()) {
        return false;
      }
    }
    return this.#parse();
  }

  /** Whether the next message is here already, so that no socket tells of it. */
  get hasMessage(): boolean {
    const available = this.#end - this.#start;
    if (available < HEADER_SIZE || this.#outOfStep) {
      return false;
    }
    const size = this.view.getUint32(this.#start + MESSAGE_SIZE, true);
    return size <= available || size > this.#maxMessage;
  }

  /** Keeps the current message where it is, beyond the next one. */
  keep(): Lease {
    return this.#pool.lease();
  }

  [Symbol.dispose](): void {
    this.ended = true;
    this.#start = this.#end;
    closeAll(this.#fds.splice(0));
    this.#batches[Symbol.dispose]();
    this.#pool[Symbol.dispose]();
  }

  /** The next message out of what is here. */
  #parse(): boolean {
    const start = this.#start;
    const available = this.#end - start;
    if (available < HEADER_SIZE || this.#outOfStep) {
      return false;
    }
    const view = this.view;
    const size = view.getUint32(start + MESSAGE_SIZE, true);
    const inStep = size >= HEADER_SIZE && size <= this.#maxMessage;
    if (inStep && available < size) {
      return false;
    }
    this.id = view.getUint16(start + MESSAGE_ID, true);
    this.command = view.getUint16(start + COMMAND, true);
    this.flags = view.getUint32(start + FLAGS, true);
    this.errno = view.getUint32(start + ERROR_NUMBER, true);
    const type = this.flags & VFIO_USER_TYPE_MASK;
    this.isReply = type === VFIO_USER_TYPE_REPLY;
    this.at = start + HEADER_SIZE;
    if (!inStep) {
      this.length = 0;
      this.malformed = size < HEADER_SIZE ? 'size' : 'too-large';
      this.#outOfStep = true;
      this.#batches[Symbol.dispose]();
      return true;
    }
    this.length = size - HEADER_SIZE;
    this.malformed = type === VFIO_USER_TYPE_COMMAND || this.isReply ? undefined : 'type';
    this.#start = start + size;
    if (!this.#batches.isEmpty && !this.#batches.claim(this.#start, this.#fds)) {
      this.malformed = 'descriptors';
    }
    return true;
  }

  #receive(): boolean {
    if (this.ended) {
      return false;
    }
    const stream = this.#stream;
    let count: number;
    try {
      this.#makeRoom();
      count = stream.receive(this.#pool.current, this.#end, this.#pool.size - this.#end);
    } catch (error) {
      this.failure = error;
      count = 0;
    }
    if (count > 0) {
      this.#end += count;
      if (stream.hasDescriptors || stream.descriptorsTruncated) {
        this.#keepDescriptors(stream.descriptorsTruncated, stream.takeDescriptors());
      }
      return true;
    }
    this.ended = count === 0;
    return false;
  }

  /** At once, before the message is whole: it may never be. */
  #keepDescriptors(truncated: boolean, fds: readonly number[]): void {
    const spoilt = truncated || fds.some((fd) => isSocket(fd) && !this.#takesSocket(fd));
    this.#batches.add(this.#end, fds, spoilt);
  }

  #makeRoom(): void {
    if (this.#start === this.#end && !this.#pool.leased) {
      this.#start = 0;
      this.#end = 0;
    } else if (this.#start > 0 && this.#isTight()) {
      this.#compact();
    }
  }

  /** Whether the message that has begun does not fit behind the others, or little of it would come at once. */
  #isTight(): boolean {
    const known = this.#end - this.#start >= HEADER_SIZE;
    const size = known ? this.view.getUint32(this.#start + MESSAGE_SIZE, true) : HEADER_SIZE;
    return this.#start + size > this.#pool.size || this.#pool.size - this.#end < LOW_ROOM;
  }

  #compact(): void {
    if (this.#pool.leased) {
      const old = this.bytes;
      const { bytes, view } = this.#pool.replace();
      bytes.set(old.subarray(this.#start, this.#end));
      this.bytes = bytes;
      this.view = view;
    } else {
      this.bytes.copyWithin(0, this.#start, this.#end);
    }
    this.#batches.move(this.#start);
    this.#end -= this.#start;
    this.#start = 0;
  }
}
