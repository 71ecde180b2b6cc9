import type { MdevError } from '@mdevkit/core';
import { watch, type UnixStream, type Watch } from '@mdevkit/linux';
import { failure } from '../errors.js';
import { closeAll, FrameReader, FrameWriter, HEADER_SIZE, SendRoom } from '../wire/index.js';

/** Replies that are handled before the event loop has its turn. */
const MOST_REPLIES = 64;

export interface ReplyHandler {
  /** A frame of the server is shown by the reader. */
  reply(reader: FrameReader): void;
  /** Nothing comes any more: the server is gone, or breaks the protocol. The stream is disposed already. */
  lost(error: MdevError): void;
}

export interface ReplyStreamOptions {
  /** Bytes of the largest frame, both ways. */
  readonly maxFrame: number;
  /** The most descriptors of one reply; they are sockets. */
  readonly maxDescriptors: number;
}

/** A client's end of a stream, with the event loop behind it. It owns the stream. */
export class ReplyStream implements Disposable {
  readonly reader: FrameReader;
  readonly writer: FrameWriter;
  readonly #stream: UnixStream;
  readonly #handler: ReplyHandler;
  readonly #room: SendRoom;
  readonly #watch: Watch;
  #waitsForRoom = false;
  #isEnded = false;
  #soon: NodeJS.Immediate | undefined;

  /** `handler` is not called before the constructor has returned. */
  constructor(stream: UnixStream, options: ReplyStreamOptions, handler: ReplyHandler) {
    const { maxFrame, maxDescriptors } = options;
    this.#stream = stream;
    this.#handler = handler;
    this.#watch = watch(stream.fd, { readable: true }, (_readable, writable) => {
      if (writable) {
        this.sent();
      }
      this.pump();
    });
    this.#room = new SendRoom(maxFrame);
    this.writer = new FrameWriter(stream, this.#room);
    this.reader = new FrameReader(stream, { maxFrame, maxDescriptors, takesSocket: () => true });
  }

  get fd(): number {
    return this.#stream.fd;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Bytes that the payload of a request may have. */
  get maxPayload(): number {
    return this.#room.bytes.length - HEADER_SIZE;
  }

  /** Handles the replies that are here. */
  pump(): void {
    for (let count = 0; count < MOST_REPLIES && !this.#isEnded; count++) {
      if (!this.reader.next()) {
        this.look();
        return;
      }
      this.#handler.reply(this.reader);
    }
    if (!this.#isEnded && this.reader.hasFrame) {
      this.#soon ??= setImmediate(() => {
        this.#soon = undefined;
        this.pump();
      });
    }
  }

  /** After a receive in vain: sees whether anything can come at all. */
  look(): void {
    if (this.reader.problem !== undefined) {
      this.fail(failure('control.bad-reply', { problem: this.reader.problem }));
    } else if (this.reader.ended) {
      this.fail(failure('control.server-gone'));
    }
  }

  /** To be called after every send. */
  sent(): void {
    if (this.#isEnded) {
      return;
    }
    this.writer.flush();
    if (this.writer.failed) {
      this.fail(failure('control.server-gone'));
    } else if (this.writer.isBlocked !== this.#waitsForRoom) {
      this.#waitsForRoom = this.writer.isBlocked;
      this.#watch.update({ readable: true, writable: this.#waitsForRoom });
    }
  }

  /** Ends it, and tells the handler so. */
  fail(error: MdevError): void {
    if (!this.#isEnded) {
      this[Symbol.dispose]();
      this.#handler.lost(error);
    }
  }

  [Symbol.dispose](): void {
    if (!this.#isEnded) {
      this.#isEnded = true;
      clearImmediate(this.#soon);
      this.#watch[Symbol.dispose]();
      closeAll(this.reader.takeDescriptors());
      this.reader[Symbol.dispose]();
      this.writer[Symbol.dispose]();
      this.#room[Symbol.dispose]();
      this.#stream[Symbol.dispose]();
    }
  }
}
