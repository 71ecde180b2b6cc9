import { isThenable, type Logger } from '@mdevkit/core';
import { watch, type Patience, type UnixStream, type Watch } from '@mdevkit/linux';
import { failure } from '../errors.js';
import {
  encodeError,
  encodeGreeting,
  FrameReader,
  FrameType,
  FrameWriter,
  HEADER_SIZE,
  REPLY,
  type Greeting,
  type SendRoom,
} from '../wire/index.js';
import { asError } from './as-error.js';
import { disposeAll, type ControlSession, type SessionAnswer } from './control-session.js';
import { RequestBytes } from './request-bytes.js';

/** Requests that are handled before others have their turn. */
const MOST_REQUESTS = 64;
const nothing = new Uint8Array(0);
const noFds: readonly number[] = [];

/** Why a client is gone. */
export type ConnectionEnd = 'closed' | 'protocol' | 'slow' | 'server-closed';

export interface ConnectionOptions {
  /** Owned from here on. */
  readonly stream: UnixStream;
  readonly session: ControlSession;
  readonly greeting: Greeting;
  readonly room: SendRoom;
  /** Bytes of replies that may wait for a client that does not read. */
  readonly maxUnread: number;
  readonly patience: Patience;
  readonly logger: Logger;
  /** Called once, when what belonged to the client is being destroyed. */
  readonly onEnd: (connection: ClientConnection) => void;
}

/**
 * One client of a server: its requests are carried out in order, one at a time, and each is answered before the next one is
 * looked at; only that the client leaves is seen at any time. Therefore the socket is always read: it might hold its own
 * other end, and be kept open by it. A client that asks for more than there is room for while it waits for an answer, or
 * does not read its answers, is ended.
 *
 * Source: docs/reference/control-wire.md, Calls.
 */
export class ClientConnection implements Disposable {
  readonly #options: ConnectionOptions;
  readonly #watch: Watch;
  readonly #reader: FrameReader;
  readonly #writer: FrameWriter;
  readonly #request = new RequestBytes();
  /** A request is being carried out that was not answered at once. */
  #isHeld = false;
  /** The client has said farewell: nothing else of it is looked at. */
  #isLeaving = false;
  /** A handler is on the stack. */
  #isInside = false;
  #readable = true;
  #writable = false;
  #soon: NodeJS.Immediate | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: ConnectionOptions) {
    const { stream, session, greeting } = options;
    this.#options = options;
    // First: if there is no memory for the rest, the stream ends it.
    this.#watch = watch(stream.fd, { readable: true }, (_readable, _writable, gone) => {
      if (gone) {
        this.end('closed');
      } else {
        this.#run();
      }
    });
    this.#reader = new FrameReader(stream, {
      maxFrame: HEADER_SIZE + greeting.maxMessage,
      maxDescriptors: greeting.maxDescriptors,
      takesSocket: (fd) => session.knows(fd),
    });
    this.#writer = new FrameWriter(stream, options.room, options.maxUnread);
    this.#writer.send(FrameType.greeting | REPLY, 0, 0, encodeGreeting(greeting));
  }

  /** When what belonged to the client is destroyed. Never rejects. */
  get closed(): Promise<void> {
    return this.#closing ?? Promise.resolve();
  }

  /** Ends the connection, once, and destroys what belonged to its client. */
  end(reason: ConnectionEnd): void {
    if (this.#closing === undefined) {
      this.#options.logger.info('a client of the control plane is gone', { reason });
      this.#closing = this.#options.session.close();
      clearImmediate(this.#soon);
      this.#watch[Symbol.dispose]();
      this.#reader[Symbol.dispose]();
      this.#writer[Symbol.dispose]();
      this.#options.stream[Symbol.dispose]();
      this.#options.onEnd(this);
    }
  }

  [Symbol.dispose](): void {
    this.end('server-closed');
  }

  #run(): void {
    if (this.#isInside || this.#isLeaving || this.#isEnded()) {
      return;
    }
    this.#isInside = true;
    try {
      this.#work();
    } finally {
      this.#isInside = false;
    }
    if (this.#isEnded()) {
      return;
    }
    if (this.#reader.problem !== undefined) {
      this.#options.logger.warn('a client broke the protocol', { problem: this.#reader.problem });
      this.end('protocol');
    } else if (this.#reader.ended || this.#writer.failed) {
      this.end(this.#writer.isSlow ? 'slow' : 'closed');
    } else if (this.#isHeld && this.#reader.isFull) {
      this.end('slow');
    } else {
      this.#arm();
    }
  }

  /** A handler may have ended it; the compiler cannot know. */
  #isEnded(): boolean {
    return this.#closing !== undefined;
  }

  #work(): void {
    for (let count = 0; count < MOST_REQUESTS; count++) {
      const waits = !this.#writer.flush();
      if (this.#isHeld || waits) {
        this.#lookAhead();
        // Who does not read goes on being answered only when there is no room for more requests.
        if (this.#isHeld || this.#isLeaving || !this.#reader.isFull) {
          return;
        }
      }
      if (!this.#nextRequest()) {
        return;
      }
      this.#handle();
      if (this.#isLeaving || this.#isEnded() || this.#writer.failed) {
        return;
      }
    }
  }

  /** Looks for a while, if that is worth it. */
  #nextRequest(): boolean {
    const reader = this.#reader;
    if (reader.next()) {
      return true;
    }
    const { patience } = this.#options;
    const { limit } = patience;
    for (let looks = 0; looks < limit && reader.problem === undefined && !reader.ended; looks++) {
      if (reader.next()) {
        patience.paid();
        return true;
      }
    }
    if (limit > 0) {
      patience.wasted();
    }
    return false;
  }

  /** Of all that comes while an answer is waited for, or waits, only a farewell matters now. */
  #lookAhead(): void {
    this.#reader.fill();
    if (this.#reader.nextType === FrameType.close) {
      this.#reader.next();
      this.#close(this.#reader.id);
    }
  }

  #handle(): void {
    const { id, type } = this.#reader;
    if (type === FrameType.call) {
      this.#call(id);
    } else if (type === FrameType.close) {
      this.#close(id);
    } else {
      this.#options.logger.warn('a client sent what is no request', { type });
      this.end('protocol');
    }
  }

  #call(id: number): void {
    const { session } = this.#options;
    const { bytes, at, length, lost, hasDescriptors } = this.#reader;
    let answer: SessionAnswer | Promise<SessionAnswer>;
    try {
      if (lost) {
        throw failure('control.descriptors-lost');
      }
      const request = this.#request.copy(bytes, at, length);
      answer = session.call(request, hasDescriptors ? this.#reader.takeDescriptors() : noFds);
    } catch (error) {
      this.#refuse(id, error);
      return;
    }
    if (isThenable(answer)) {
      this.#hold(id, answer);
    } else {
      this.#reply(id, answer);
    }
  }

  #hold(id: number, answer: Promise<SessionAnswer>): void {
    this.#isHeld = true;
    this.#request.give();
    answer
      .then(
        (value) => {
          this.#reply(id, value);
        },
        (error: unknown) => {
          this.#refuse(id, error);
        },
      )
      .finally(() => {
        this.#isHeld = false;
        this.#run();
      });
  }

  #reply(id: number, { bytes, ends }: SessionAnswer): void {
    if (bytes.length > this.#writer.maxPayload) {
      disposeAll(ends);
      this.#refuse(id, failure('control.reply-size', { length: bytes.length }));
      return;
    }
    if (ends.length === 0) {
      this.#writer.send(FrameType.call | REPLY, id, 0, bytes);
      return;
    }
    const fds = ends.map(({ fd }) => fd);
    this.#writer.send(FrameType.call | REPLY, id, 0, bytes, undefined, fds);
    disposeAll(ends);
  }

  #refuse(id: number, error: unknown): void {
    const told = asError(error, this.#options.logger);
    this.#writer.send(FrameType.call | REPLY, id, told.errno, encodeError(told));
  }

  /** Answers when everything is destroyed. A request that is held is answered before, with what became of it. */
  #close(id: number): void {
    this.#isLeaving = true;
    const answer = (): void => {
      if (!this.#isEnded()) {
        this.#writer.send(FrameType.close | REPLY, id, 0, nothing);
        this.end('closed');
      }
    };
    this.#options.session.close().then(answer, answer);
  }

  /** Has the event loop come back when there is something to do. */
  #arm(): void {
    const writable = this.#writer.isBlocked;
    const readable = !this.#isLeaving;
    if (readable !== this.#readable || writable !== this.#writable) {
      this.#readable = readable;
      this.#writable = writable;
      this.#watch.update({ readable, writable });
    }
    if (readable && !writable && !this.#isHeld && this.#reader.hasFrame) {
      this.#soon ??= setImmediate(() => {
        this.#soon = undefined;
        this.#run();
      });
    }
  }
}
