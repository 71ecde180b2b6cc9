import { failure as coreFailure, type MdevError } from '@mdevkit/core';
import { watch, type UnixStream, type Watch } from '@mdevkit/linux';
import { failure } from '../errors/index.js';
import { Incoming, Outgoing, HEADER_SIZE } from '../wire/index.js';

/** Messages that are handled before the event loop has its turn. */
const BATCH = 64;

/** What a socket is for. */
export interface ChannelHandler {
  /** The current message of `incoming`, which is well formed. */
  message(incoming: Incoming): void;
  /** The socket takes more than before. */
  writable(): void;
  /** Nothing comes any more: the server is gone, does not read, or breaks the protocol. */
  broken(error: MdevError): void;
}

export interface ChannelLimits {
  /** Bytes of the largest payload, both ways. */
  readonly maxPayload: number;
  /** Descriptors of one message. */
  readonly maxDescriptors: number;
  /** Bytes that may wait for a server that does not read. */
  readonly maxQueued: number;
}

/** One socket to the server with the event loop behind it. It owns the stream. */
export class Channel implements Disposable {
  readonly incoming: Incoming;
  readonly outgoing: Outgoing;
  readonly #maxPayload: number;
  #answers: Outgoing | undefined;
  readonly #stream: UnixStream;
  readonly #handler: ChannelHandler;
  readonly #watch: Watch;
  #pumping = false;
  #closed = false;
  #waitsForRoom = false;
  /** Messages were left because there were too many for one turn. */
  #later: NodeJS.Immediate | undefined;

  constructor(stream: UnixStream, limits: ChannelLimits, handler: ChannelHandler) {
    const { maxPayload, maxDescriptors, maxQueued } = limits;
    this.#maxPayload = maxPayload;
    this.#stream = stream;
    this.#handler = handler;
    this.incoming = new Incoming(stream, {
      maxMessage: HEADER_SIZE + maxPayload,
      maxDescriptors,
      // The answer to VERSION brings one.
      takesSocket: () => true,
    });
    this.outgoing = Outgoing.on(stream, { maxPayload, maxQueued });
    this.#watch = watch(stream.fd, { readable: true }, (readable, writable, gone) => {
      if (writable) {
        this.#flush();
      }
      if (readable || gone) {
        this.pump(BATCH);
      }
    });
  }

  /** Whether messages are being handled now, and `pump` would do nothing. */
  get pumping(): boolean {
    return this.#pumping;
  }

  /** For answers to the server: memory that is asked for them may run commands, which are made in `outgoing`. */
  get answers(): Outgoing {
    return (this.#answers ??= this.outgoing.beside(this.#maxPayload));
  }

  /** Handles the messages that are there, `most` at the most; whether there was one. */
  pump(most: number): boolean {
    if (this.#pumping || this.#closed) {
      return false;
    }
    this.#pumping = true;
    let handled = 0;
    try {
      while (handled < most && this.incoming.next()) {
        handled += 1;
        this.#handle();
        if (this.#isClosed()) {
          return true;
        }
      }
    } finally {
      this.#pumping = false;
    }
    if (this.incoming.ended) {
      this.#handler.broken(coreFailure('device.revoked', { why: 'the server is gone' }));
    } else if (this.incoming.hasMessage && handled === most) {
      this.#continueLater();
    }
    return handled > 0;
  }

  /** To be called after every send. */
  sent(): void {
    const { failed, queued } = this.outgoing;
    if (failed !== undefined) {
      const why = failed === 'gone' ? 'the server is gone' : 'the server does not read';
      this.#handler.broken(coreFailure('device.revoked', { why }));
    } else if (queued > 0 !== this.#waitsForRoom) {
      this.#waitsForRoom = queued > 0;
      this.#watch.update({ readable: true, writable: this.#waitsForRoom });
    }
  }

  [Symbol.dispose](): void {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    if (this.#later !== undefined) {
      clearImmediate(this.#later);
    }
    this.#watch[Symbol.dispose]();
    this.incoming[Symbol.dispose]();
    this.#answers?.[Symbol.dispose]();
    this.outgoing[Symbol.dispose]();
    this.#stream[Symbol.dispose]();
  }

  #handle(): void {
    const { malformed } = this.incoming;
    if (malformed === undefined) {
      this.#handler.message(this.incoming);
    } else {
      this.#handler.broken(failure('vfio-user.bad-reply', { problem: `malformed: ${malformed}` }));
    }
  }

  /** A handler may have closed it; the compiler cannot know. */
  #isClosed(): boolean {
    return this.#closed;
  }

  #flush(): void {
    if (!this.#closed && this.outgoing.flush()) {
      this.sent();
      if (!this.#isClosed()) {
        this.#handler.writable();
      }
    }
  }

  #continueLater(): void {
    this.#later ??= setImmediate(() => {
      this.#later = undefined;
      this.pump(BATCH);
    });
  }
}
