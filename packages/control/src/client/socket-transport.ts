import {
  failure as coreFailure,
  trackDisposable,
  trackReleased,
  type ControlMessage,
  type ControlTransport,
  type MdevError,
  type ObjectDescriptor,
} from '@mdevkit/core';
import type { UnixStream } from '@mdevkit/linux';
import { failure } from '../errors.js';
import {
  closeAll,
  decodeError,
  FrameType,
  HEADER_SIZE,
  MAX_ERROR,
  REPLY,
  type FrameReader,
  type Greeting,
} from '../wire/index.js';
import { ClientDescriptors } from './client-descriptors.js';
import type { ClientServices } from './options.js';
import { ReplyStream, type ReplyHandler } from './reply-stream.js';

type Request = ControlMessage<ObjectDescriptor | number>;
type Answer = ControlMessage<ObjectDescriptor>;

/** A call that waits for its turn, or for its answer. */
interface Waiting {
  readonly request: Request;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

const nothing = new Uint8Array(0);
const none: readonly ObjectDescriptor[] = [];
const noFds: readonly number[] = [];
const MOST_ID = 0xffff_ffff;

/**
 * Calls over a socket, one at a time in their order: the server would answer the next one no sooner. A reply that comes at
 * once is answered without a promise.
 *
 * Source: docs/reference/control-wire.md, Calls.
 */
export class SocketTransport implements ControlTransport, ReplyHandler {
  readonly driverId: number;
  readonly driver: string;
  readonly maxMessage: number;
  readonly #maxDescriptors: number;
  readonly #services: ClientServices;
  readonly #stream: ReplyStream;
  readonly #descriptors: ClientDescriptors;
  readonly #queue: Waiting[] = [];
  /** The call that the server has now, if it is waited for in the event loop. */
  #current: Waiting | undefined;
  /** Of the last request. */
  #id = 0;
  #farewell: (() => void) | undefined;
  #refusal: MdevError | undefined;
  #closing: Promise<void> | undefined;

  /** Owns the stream, on which the greeting has come, also if it throws. */
  constructor(stream: UnixStream, greeting: Greeting, services: ClientServices) {
    this.driverId = greeting.driverId;
    this.driver = greeting.driver;
    this.maxMessage = greeting.maxMessage;
    this.#maxDescriptors = greeting.maxDescriptors;
    this.#services = services;
    this.#descriptors = new ClientDescriptors(services.clock, services.timeoutMs);
    try {
      this.#stream = new ReplyStream(
        stream,
        {
          maxFrame: HEADER_SIZE + Math.max(this.maxMessage, MAX_ERROR),
          maxDescriptors: this.#maxDescriptors,
        },
        this,
      );
    } catch (error) {
      stream[Symbol.dispose]();
      throw error;
    }
    trackDisposable(this);
  }

  /** Throws, or rejects with, the error of the call; EIO `control.server-gone`, and EBADF `object.closed`. */
  call(request: Request): Answer | Promise<Answer> {
    this.#requireLive();
    if (this.#current !== undefined || this.#stream.writer.isBlocked) {
      return this.#wait(request);
    }
    this.#send(request);
    if (this.#spin()) {
      return this.#answerOf(this.#stream.reader, false);
    }
    return new Promise((resolve, reject) => {
      this.#current = { request, resolve, reject };
      if (this.#refusal !== undefined) {
        this.lost(this.#refusal);
      }
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  reply(reader: FrameReader): void {
    if (reader.type === (FrameType.close | REPLY) && this.#farewell !== undefined) {
      this.#farewell();
      return;
    }
    const current = this.#current;
    this.#current = undefined;
    if (current === undefined) {
      // The one that answers a call which was given up by `close` comes before the farewell's.
      if (this.#closing === undefined) {
        this.#stream.fail(failure('control.bad-reply', { problem: 'a reply to nothing' }));
      }
      closeAll(reader.takeDescriptors());
      return;
    }
    try {
      current.resolve(this.#answerOf(reader, true));
    } catch (error) {
      current.reject(error);
    }
    this.#sendNext();
  }

  lost(error: MdevError): void {
    this.#refusal = error;
    this.#rejectAll(error);
    this.#farewell?.();
  }

  async #close(): Promise<void> {
    this.#rejectAll(coreFailure('object.closed'));
    if (this.#refusal === undefined) {
      await this.#sayFarewell();
    }
    this.#stream[Symbol.dispose]();
    await this.#descriptors.close();
    trackReleased(this);
  }

  /** Waits until all is destroyed, or nobody is there to tell, or for a while. */
  #sayFarewell(): Promise<void> {
    const { clock, timeoutMs } = this.#services;
    return new Promise((resolve) => {
      const timer = clock.schedule(timeoutMs, resolve);
      this.#farewell = () => {
        timer[Symbol.dispose]();
        resolve();
      };
      this.#stream.writer.send(FrameType.close, this.#nextId(), 0, nothing);
      this.#stream.sent();
    });
  }

  #requireLive(): void {
    if (this.#closing !== undefined) {
      throw coreFailure('object.closed');
    }
    if (this.#refusal !== undefined) {
      throw this.#refusal;
    }
  }

  #wait(request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ request, resolve, reject });
    });
  }

  #sendNext(): void {
    while (this.#current === undefined && this.#refusal === undefined) {
      const next = this.#queue.shift();
      if (next === undefined) {
        return;
      }
      // First: if the send finds that the server is gone, this one is lost with the others.
      this.#current = next;
      try {
        this.#send(next.request);
      } catch (error) {
        this.#current = undefined;
        next.reject(error);
      }
    }
  }

  #send({ bytes, descriptors }: Request): void {
    if (bytes.length > this.maxMessage) {
      throw coreFailure('object.message-size', { size: bytes.length, most: this.maxMessage });
    }
    if (descriptors.length === 0) {
      this.#stream.writer.send(FrameType.call, this.#nextId(), 0, bytes);
    } else {
      const most = this.#maxDescriptors;
      if (descriptors.length > most) {
        throw failure('control.descriptors', { count: descriptors.length, most });
      }
      const fds = this.#descriptors.fdsOf(descriptors);
      this.#stream.writer.send(FrameType.call, this.#nextId(), 0, bytes, undefined, fds);
    }
    this.#stream.sent();
  }

  #nextId(): number {
    this.#id = this.#id === MOST_ID ? 0 : this.#id + 1;
    return this.#id;
  }

  /** Looks for the reply for a while, if that is worth it. */
  #spin(): boolean {
    const { patience } = this.#services;
    const { limit } = patience;
    const { reader } = this.#stream;
    for (let looks = 0; looks < limit && !this.#stream.isEnded; looks++) {
      if (reader.next()) {
        patience.paid();
        return true;
      }
      if (reader.problem !== undefined || reader.ended) {
        this.#stream.look();
        return false;
      }
    }
    if (limit > 0) {
      patience.wasted();
    }
    return false;
  }

  /** The answer that the reader shows. Throws the error of the call, and EPROTO for what answers no call. */
  #answerOf(reader: FrameReader, copied: boolean): Answer {
    const { id, type, errno, at, length } = reader;
    const fds = reader.hasDescriptors ? reader.takeDescriptors() : noFds;
    const payload = reader.bytes.subarray(at, at + length);
    if (type !== (FrameType.call | REPLY) || id !== this.#id) {
      closeAll(fds);
      const error = failure('control.bad-reply', {
        problem: 'a reply to something else',
        id,
        type,
      });
      this.#stream.fail(error);
      throw error;
    }
    if (errno !== 0) {
      closeAll(fds);
      throw decodeError(errno, payload);
    }
    return {
      bytes: copied ? payload.slice() : payload,
      descriptors: fds.length === 0 ? none : this.#descriptors.adopt(fds),
    };
  }

  #rejectAll(error: MdevError): void {
    const waiting = this.#queue.splice(0);
    if (this.#current !== undefined) {
      waiting.unshift(this.#current);
      this.#current = undefined;
    }
    for (const { reject } of waiting) {
      reject(error);
    }
  }
}
