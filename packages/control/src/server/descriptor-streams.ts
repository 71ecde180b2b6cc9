import type { Logger } from '@mdevkit/core';
import { UnixStream } from '@mdevkit/linux';
import { failure } from '../errors.js';
import { MAX_DESCRIPTOR_FRAME, SendRoom } from '../wire/index.js';
import { DescriptorStream } from './descriptor-stream.js';
import type { ControlLimits } from './limits.js';
import type { OpenObject } from './plane.js';

/** A descriptor object that is served. */
export interface OfferedObject {
  /** For the client: the caller sends it and disposes it then. */
  readonly end: UnixStream;
  /** Destroys the object. */
  readonly stream: Disposable;
}

/** The descriptor objects that clients of a server have, each on a stream of its own. They outlive the calls of a client. */
export class DescriptorStreams {
  readonly #limits: ControlLimits;
  readonly #logger: Logger;
  readonly #streams = new Set<DescriptorStream>();
  /** Objects that are being destroyed. */
  readonly #closing = new Set<Promise<void>>();
  /** Made for the first one. */
  #room: SendRoom | undefined;
  #ended = false;

  constructor(limits: ControlLimits, logger: Logger) {
    this.#limits = limits;
    this.#logger = logger;
  }

  get count(): number {
    return this.#streams.size;
  }

  /**
   * Serves an object from now on. `onEnd` is called when the end of the client is closed everywhere, or the stream is
   * disposed. Throws EMFILE `control.descriptor-limit`, and what a new socket throws; the object stays the caller's then.
   */
  offer(object: OpenObject, onEnd: () => void): OfferedObject {
    const { maxOpenDescriptors, maxUnread, maxWaiting } = this.#limits;
    if (this.#ended || this.#streams.size >= maxOpenDescriptors) {
      throw failure('control.descriptor-limit', { most: maxOpenDescriptors });
    }
    this.#room ??= new SendRoom(MAX_DESCRIPTOR_FRAME);
    const [near, far] = UnixStream.pair();
    try {
      const stream: DescriptorStream = new DescriptorStream(object, near, {
        room: this.#room,
        logger: this.#logger,
        maxUnread,
        maxWaiting,
        onEnd: () => {
          this.#streamEnded(stream);
          onEnd();
        },
      });
      this.#streams.add(stream);
      return { end: far, stream };
    } catch (error) {
      near[Symbol.dispose]();
      far[Symbol.dispose]();
      throw error;
    }
  }

  /** Descriptor objects that one client may have. */
  get mostOfClient(): number {
    return this.#limits.maxClientDescriptors;
  }

  /** Destroys an object that nobody can be given. */
  discard(object: OpenObject): void {
    this.#follow(object.close());
  }

  /** Destroys them all. Never rejects. */
  async close(): Promise<void> {
    this.#ended = true;
    for (const stream of [...this.#streams]) {
      stream[Symbol.dispose]();
    }
    await Promise.all(this.#closing);
    this.#room?.[Symbol.dispose]();
    this.#room = undefined;
  }

  #streamEnded(stream: DescriptorStream): void {
    this.#streams.delete(stream);
    this.#follow(stream.closed);
  }

  /** What an object rejects with is nobody's: its client is gone. */
  #follow(closed: Promise<void>): void {
    const closing = closed
      .catch((error: unknown) => {
        this.#logger.error('a descriptor object is not destroyed as it should be', { error });
      })
      .finally(() => {
        this.#closing.delete(closing);
      });
    this.#closing.add(closing);
  }
}
