import { isThenable, type Logger } from '@mdevkit/core';
import { watch, type UnixStream, type Watch } from '@mdevkit/linux';
import { failure } from '../errors.js';
import {
  encodeError,
  FrameReader,
  FrameType,
  FrameWriter,
  MAX_DESCRIPTOR_FRAME,
  READ_NON_BLOCKING,
  REPLY,
  type SendRoom,
} from '../wire/index.js';
import { asError } from './as-error.js';
import type { OpenObject } from './plane.js';
import { SocketTarget } from './socket-target.js';

/** Requests that are handled before others have their turn. */
const MOST_FRAMES = 64;
/** Of a read: the room for the event, and flags. */
const READ_REQUEST = 8;
/** What comes before the data of an operation: its number, and 0. */
const OPERATION_HEAD = 8;
const nothing = new Uint8Array(0);

export interface DescriptorStreamOptions {
  readonly room: SendRoom;
  readonly logger: Logger;
  /** Bytes of replies that may wait for a client that does not read. */
  readonly maxUnread: number;
  /** Requests that may wait at once. */
  readonly maxWaiting: number;
  /** Called once, when the object is being destroyed because the client has closed its end, or broke the protocol. */
  readonly onEnd: () => void;
}

/**
 * Serves one descriptor object on a stream of its own, whose other end is the client's descriptor. Replies come in any
 * order; an event that the socket does not take stays with its object.
 *
 * Source: docs/reference/control-wire.md, Descriptors.
 */
export class DescriptorStream implements Disposable {
  readonly #object: OpenObject;
  readonly #stream: UnixStream;
  readonly #options: DescriptorStreamOptions;
  readonly #reader: FrameReader;
  readonly #writer: FrameWriter;
  readonly #watch: Watch;
  readonly #mask = new Uint8Array(4);
  /** Requests that wait to be told of a change. */
  #ready: number[] = [];
  #changes: Disposable | undefined;
  #waiting = 0;
  #writable = false;
  #soon: NodeJS.Immediate | undefined;
  /** The object is being destroyed. */
  #closing: Promise<void> | undefined;

  /** The stream is owned from here on. */
  constructor(object: OpenObject, stream: UnixStream, options: DescriptorStreamOptions) {
    this.#object = object;
    this.#stream = stream;
    this.#options = options;
    // First: if there is no memory for the rest, the stream ends it.
    this.#watch = watch(stream.fd, { readable: true }, (_readable, _writable, gone) => {
      if (gone) {
        this[Symbol.dispose]();
      } else {
        this.#run();
      }
    });
    this.#reader = new FrameReader(stream, { maxFrame: MAX_DESCRIPTOR_FRAME, maxDescriptors: 0 });
    this.#writer = new FrameWriter(stream, options.room, options.maxUnread);
  }

  /** When the object is destroyed; it is being destroyed from the disposal on. Rejects as the object does. */
  get closed(): Promise<void> {
    return this.#closing ?? Promise.resolve();
  }

  [Symbol.dispose](): void {
    if (this.#closing === undefined) {
      this.#closing = this.#object.close();
      this.#changes?.[Symbol.dispose]();
      clearImmediate(this.#soon);
      this.#watch[Symbol.dispose]();
      this.#reader[Symbol.dispose]();
      this.#writer[Symbol.dispose]();
      this.#stream[Symbol.dispose]();
      this.#options.onEnd();
    }
  }

  #run(): void {
    for (let count = 0; count < MOST_FRAMES; count++) {
      if (!this.#mayGoOn() || !this.#reader.next()) {
        break;
      }
      this.#handle();
      if (this.#isEnded()) {
        return;
      }
    }
    if (this.#reader.problem !== undefined || this.#reader.ended || this.#writer.failed) {
      this[Symbol.dispose]();
    } else {
      this.#arm();
    }
  }

  /**
   * Requests of a client that does not read its replies are received, so that its departure is seen, and carried out only
   * when there is no room for more.
   */
  #mayGoOn(): boolean {
    if (this.#writer.flush()) {
      return !this.#writer.failed;
    }
    this.#reader.fill();
    return this.#reader.isFull;
  }

  /** A handler may have ended it; the compiler cannot know. */
  #isEnded(): boolean {
    return this.#closing !== undefined;
  }

  #arm(): void {
    const writable = this.#writer.isBlocked;
    if (writable !== this.#writable) {
      this.#writable = writable;
      this.#watch.update({ readable: true, writable });
    }
    if (this.#writer.failed || (!writable && this.#reader.hasFrame)) {
      this.#soon ??= setImmediate(() => {
        this.#soon = undefined;
        this.#run();
      });
    }
  }

  #handle(): void {
    const { id, type, at, length } = this.#reader;
    try {
      switch (type) {
        case FrameType.read:
          this.#read(id, at, length);
          break;
        case FrameType.poll:
          this.#reply(id, type, this.#maskBytes(this.#object.poll()));
          break;
        case FrameType.ready:
          this.#whenReady(id);
          break;
        case FrameType.ioctl:
          this.#operate(id, at, length);
          break;
        case FrameType.close:
          this.#close(id);
          break;
        default:
          this.#options.logger.warn('a client sent what is no request to a descriptor', { type });
          this[Symbol.dispose]();
      }
    } catch (error) {
      this.#refuse(id, type, error);
    }
  }

  #read(id: number, at: number, length: number): void {
    this.#requireBytes(length, READ_REQUEST);
    this.#requireRoom();
    const { view } = this.#reader;
    const target = new SocketTarget(this.#writer, id, view.getUint32(at, true));
    const flags = view.getUint32(at + 4, true);
    const answer = this.#object.read(target, (flags & READ_NON_BLOCKING) !== 0);
    if (isThenable(answer)) {
      this.#wait(id, FrameType.read, answer, () => {
        this.#finishRead(id, target);
      });
    } else {
      this.#finishRead(id, target);
    }
  }

  /** The event is on its way already, unless there was none. */
  #finishRead(id: number, target: SocketTarget): void {
    if (!target.isDone) {
      this.#reply(id, FrameType.read, nothing);
    }
  }

  #whenReady(id: number): void {
    const mask = this.#object.poll();
    if (mask !== 0) {
      this.#reply(id, FrameType.ready, this.#maskBytes(mask));
      return;
    }
    this.#requireRoom();
    this.#changes ??= this.#object.onChange(() => {
      this.#tellReady();
    });
    this.#waiting++;
    this.#ready.push(id);
  }

  #tellReady(): void {
    let mask = 0;
    let problem: unknown;
    try {
      mask = this.#object.poll();
    } catch (error) {
      problem = error;
    }
    if ((mask === 0 && problem === undefined) || this.#isEnded()) {
      return;
    }
    this.#changes?.[Symbol.dispose]();
    this.#changes = undefined;
    const ids = this.#ready;
    this.#ready = [];
    this.#waiting -= ids.length;
    for (const id of ids) {
      if (problem === undefined) {
        this.#reply(id, FrameType.ready, this.#maskBytes(mask));
      } else {
        this.#refuse(id, FrameType.ready, problem);
      }
    }
  }

  #operate(id: number, at: number, length: number): void {
    this.#requireBytes(length, OPERATION_HEAD);
    this.#requireRoom();
    const operation = this.#reader.view.getUint32(at, true);
    const data = this.#reader.bytes.slice(at + OPERATION_HEAD, at + length);
    const answer = this.#object.ioctl(operation, data);
    if (isThenable(answer)) {
      this.#wait(id, FrameType.ioctl, answer, (bytes) => {
        this.#reply(id, FrameType.ioctl, bytes);
      });
    } else {
      this.#reply(id, FrameType.ioctl, answer);
    }
  }

  #close(id: number): void {
    const end = (): void => {
      if (!this.#isEnded()) {
        this.#reply(id, FrameType.close, nothing);
        this[Symbol.dispose]();
      }
    };
    // Its own disposal tells what went wrong.
    this.#object.close().then(end, end);
  }

  #requireBytes(length: number, needed: number): void {
    if (length < needed) {
      throw failure('control.request', { length, needed });
    }
  }

  #requireRoom(): void {
    if (this.#waiting >= this.#options.maxWaiting) {
      throw failure('control.requests', { most: this.#options.maxWaiting });
    }
  }

  #wait<T>(id: number, type: number, answer: Promise<T>, finish: (value: T) => void): void {
    this.#waiting++;
    answer
      .finally(() => {
        this.#waiting--;
      })
      .then((value) => {
        if (!this.#isEnded()) {
          finish(value);
        }
      })
      .catch((error: unknown) => {
        this.#refuse(id, type, error);
      });
  }

  #reply(id: number, type: number, payload: Uint8Array): void {
    if (payload.length > this.#writer.maxPayload) {
      throw failure('control.reply-size', { length: payload.length });
    }
    this.#writer.send(type | REPLY, id, 0, payload);
    this.#arm();
  }

  #refuse(id: number, type: number, error: unknown): void {
    if (!this.#isEnded()) {
      const told = asError(error, this.#options.logger);
      this.#writer.send(type | REPLY, id, told.errno, encodeError(told));
      this.#arm();
    }
  }

  #maskBytes(mask: number): Uint8Array {
    new DataView(this.#mask.buffer).setUint32(0, mask, true);
    return this.#mask;
  }
}
