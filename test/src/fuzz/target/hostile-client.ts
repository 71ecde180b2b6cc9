import { type NativeBuffer, UnixStream } from '@mdevkit/linux';
import { MdevError } from '@mdevkit/core';
import { closeSync } from 'node:fs';
import {
  commandOf,
  errnoOf,
  flagsOf,
  HEADER_SIZE,
  sizeOf,
  TYPE_COMMAND,
  TYPE_MASK,
  TYPE_REPLY,
} from '../message/index.js';
import type { Random } from '../random/index.js';
import { answersTo } from './dma-answers.js';
import { ExpectedReplies } from './expected-replies.js';
import { FuzzFailure } from './fuzz-failure.js';
import { MessageStream } from './message-stream.js';

/** Bytes that wait because the server does not read. */
const MOST_WAITING = 4 * 2 ** 20;

interface Unsent {
  bytes: Uint8Array;
  readonly fds: readonly number[];
}

export interface HostileClientOptions {
  readonly path: string;
  /** For everything that goes in or out. */
  readonly buffer: NativeBuffer;
  readonly random: Random;
  /** Bytes of the largest message that the server takes. */
  readonly largest: number;
  /** Bytes of the largest transfer of the server. */
  readonly maxTransfer: number;
}

/**
 * One connection: sends anything, answers DMA of the device more or less well, and checks that the server keeps to the
 * protocol.
 */
export class HostileClient implements Disposable {
  readonly stream: UnixStream;
  readonly expected: ExpectedReplies;
  /** Reads nothing. */
  deaf = false;
  /** The server has closed the connection. */
  ended = false;
  /** The client has. */
  closed = false;
  readonly errnos = new Map<number, number>();
  readonly #options: HostileClientOptions;
  readonly #incoming = new MessageStream();
  readonly #twinIncoming = new MessageStream();
  readonly #unsent: Unsent[] = [];
  #waiting = 0;
  #twin: UnixStream | undefined;
  /** They belong to the last message that starts in the reading that brought them, which ended there. */
  #batch: { readonly end: number; readonly fds: readonly number[] } | undefined;
  #received = 0;
  #lastReply: Uint8Array | undefined;
  #wasDeaf = false;
  #sendsNoMore = false;

  /** Connects. Throws what UnixStream.connect throws. */
  constructor(options: HostileClientOptions) {
    this.#options = options;
    this.stream = UnixStream.connect(options.path);
    this.expected = new ExpectedReplies(options.largest);
  }

  /** Bytes that the socket did not take are left. */
  get isStuck(): boolean {
    return this.#unsent.length > 0;
  }

  /** Sends, or lets it wait until there is room; descriptors stay the caller's. */
  send(bytes: Uint8Array, fds: readonly number[] = []): void {
    if (!this.#sendsNoMore && bytes.length > 0 && this.#waiting + bytes.length <= MOST_WAITING) {
      this.#waiting += bytes.length;
      this.#unsent.push({ bytes, fds });
      this.flush();
    }
  }

  /** Whether something went out. */
  flush(): boolean {
    let progress = false;
    for (let next = this.#unsent[0]; next !== undefined; next = this.#unsent[0]) {
      const taken = this.#trySend(this.stream, next.bytes, next.fds);
      if (taken < 0) {
        return progress;
      }
      progress = true;
      this.#waiting -= taken;
      this.expected.sent(next.bytes.subarray(0, taken));
      if (taken === next.bytes.length) {
        this.#unsent.shift();
      } else {
        this.#unsent[0] = { bytes: next.bytes.subarray(taken), fds: [] };
      }
    }
    return progress;
  }

  halfClose(): void {
    if (!this.#sendsNoMore) {
      this.#sendsNoMore = true;
      this.#drop();
      this.stream.shutdown();
    }
  }

  /** Takes what has come, and checks it. Whether something came. Throws FuzzFailure. */
  receive(): boolean {
    this.#wasDeaf ||= this.deaf;
    if (this.deaf || this.closed) {
      return false;
    }
    const came = this.#receiveOf(this.stream, this.#incoming);
    const twin = this.#twin;
    if (twin === undefined || this.ended) {
      return came;
    }
    return this.#receiveOf(twin, this.#twinIncoming) || came;
  }

  /** The last reply that came, once. */
  takeLastReply(): Uint8Array | undefined {
    const reply = this.#lastReply;
    this.#lastReply = undefined;
    return reply;
  }

  /** Throws FuzzFailure if the server has ended what it should not have. */
  checkEnd(): void {
    if (
      this.ended &&
      !this.expected.mayEnd &&
      !this.#wasDeaf &&
      !this.#sendsNoMore &&
      this.#twin === undefined
    ) {
      throw new FuzzFailure('the server closed a connection without a reason');
    }
  }

  [Symbol.dispose](): void {
    this.closed = true;
    this.#drop();
    this.#closeDescriptors();
    this.#twin?.[Symbol.dispose]();
    this.#twin = undefined;
    this.stream[Symbol.dispose]();
  }

  #drop(): void {
    this.#unsent.length = 0;
    this.#waiting = 0;
  }

  #trySend(stream: UnixStream, bytes: Uint8Array, fds: readonly number[]): number {
    const { buffer } = this.#options;
    const length = Math.min(bytes.length, buffer.size);
    buffer.bytes.set(bytes.subarray(0, length));
    try {
      return stream.send(buffer, 0, length, fds);
    } catch (error) {
      if (MdevError.is(error) && error.reason === 'linux.peer-gone') {
        this.#drop();
        this.#sendsNoMore = true;
        return -1;
      }
      throw error;
    }
  }

  #receiveOf(stream: UnixStream, into: MessageStream): boolean {
    const { buffer } = this.#options;
    let came = false;
    for (;;) {
      const count = stream.receive(buffer, 0, buffer.size);
      if (count > 0) {
        came = true;
        into.add(buffer.bytes.subarray(0, count));
        this.#keepDescriptors(stream, count);
        this.#takeMessages(stream, into);
        continue;
      }
      if (count === 0 && stream === this.stream) {
        came ||= !this.ended;
        this.ended = true;
        this.#drop();
      }
      return came;
    }
  }

  #takeMessages(stream: UnixStream, into: MessageStream): void {
    for (let size = into.nextSize; size !== undefined && into.rest >= size; size = into.nextSize) {
      if (size < HEADER_SIZE) {
        throw new FuzzFailure(`the server sent a message of ${size} bytes`);
      }
      this.#take(stream, into.take(size).slice());
    }
  }

  #take(stream: UnixStream, message: Uint8Array): void {
    const type = flagsOf(message) & TYPE_MASK;
    if (type === TYPE_COMMAND) {
      this.#answer(stream, message);
      return;
    }
    if (type !== TYPE_REPLY || stream !== this.stream || sizeOf(message) !== message.length) {
      throw new FuzzFailure('the server sent what is neither a command nor a reply');
    }
    const isTheirs =
      this.#batch !== undefined && this.#received - this.#incoming.rest >= this.#batch.end;
    const fds = isTheirs ? (this.#batch?.fds ?? []) : [];
    this.expected.received(message, fds.length);
    this.#lastReply = message;
    const errno = errnoOf(message);
    this.errnos.set(errno, (this.errnos.get(errno) ?? 0) + 1);
    if (isTheirs) {
      this.#batch = undefined;
      const [first, ...others] = fds;
      if (first !== undefined && commandOf(message) === 1 && this.#twin === undefined) {
        this.#twin = UnixStream.adopt(first);
        others.forEach((fd) => closeSync(fd));
      } else {
        fds.forEach((fd) => closeSync(fd));
      }
    }
  }

  #keepDescriptors(stream: UnixStream, count: number): void {
    if (stream === this.stream) {
      this.#received += count;
    }
    const fds = stream.takeDescriptors();
    if (fds.length > 0) {
      this.#closeDescriptors();
      this.#batch = { end: this.#received, fds };
    }
  }

  #answer(stream: UnixStream, message: Uint8Array): void {
    const { random, maxTransfer } = this.#options;
    for (const reply of answersTo(random, message, maxTransfer)) {
      if (stream === this.stream) {
        this.send(reply);
      } else {
        this.#trySend(stream, reply, []);
      }
    }
  }

  #closeDescriptors(): void {
    this.#batch?.fds.forEach((fd) => closeSync(fd));
    this.#batch = undefined;
  }
}
