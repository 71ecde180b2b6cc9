import {
  failure as coreFailure,
  MdevError,
  trackDisposable,
  trackReleased,
  type Clock,
  type ObjectDescriptor,
  type ReadOptions,
} from '@mdevkit/core';
import type { UnixStream } from '@mdevkit/linux';
import { POLLIN, POLLRDNORM } from '@mdevkit/uapi';
import { failure } from '../errors.js';
import {
  decodeError,
  FrameType,
  MAX_DESCRIPTOR_FRAME,
  READ_NON_BLOCKING,
  REPLY,
  type FrameReader,
} from '../wire/index.js';
import { ReplyStream, type ReplyHandler } from './reply-stream.js';

const nothing = new Uint8Array(0);
const MOST_ID = 0xffff_ffff;
const MOST_OPERATION = 0xffff_ffff;

interface Waiting {
  readonly type: number;
  /** Gets the payload, which is valid until it returns. */
  readonly resolve: (payload: Uint8Array) => void;
  readonly reject: (error: MdevError) => void;
}

export interface SocketDescriptorOptions {
  readonly clock: Clock;
  /** Milliseconds in which the server has to confirm a close. */
  readonly timeoutMs: number;
  readonly onClosed: () => void;
}

/**
 * A descriptor object of another process: a socket of its own, whose end here is the descriptor. When the last copy of it
 * is closed, also because this process ends, the object is destroyed.
 *
 * Source: docs/reference/control-wire.md, Descriptors.
 */
export class SocketDescriptor implements ObjectDescriptor, ReplyHandler {
  readonly #stream: ReplyStream;
  readonly #options: SocketDescriptorOptions;
  readonly #waiting = new Map<number, Waiting>();
  /** Events that came for a buffer which had become too small: the next reader gets them. */
  readonly #kept: Uint8Array[] = [];
  #id = 0;
  #refusal: MdevError | undefined;
  #closing: Promise<void> | undefined;

  /** Owns the stream, also if it throws. */
  constructor(stream: UnixStream, options: SocketDescriptorOptions) {
    this.#options = options;
    const limits = { maxFrame: MAX_DESCRIPTOR_FRAME, maxDescriptors: 0 };
    try {
      this.#stream = new ReplyStream(stream, limits, this);
    } catch (error) {
      stream[Symbol.dispose]();
      throw error;
    }
    trackDisposable(this);
  }

  /** To pass on or to hand back. Throws EBADF once it is closed, EIO once the server is gone. */
  get fd(): number {
    this.#requireLive();
    return this.#stream.fd;
  }

  async poll(): Promise<number> {
    this.#requireLive();
    return this.#kept.length > 0 ? POLLIN | POLLRDNORM : this.#askMask(FrameType.poll);
  }

  async ready(): Promise<number> {
    this.#requireLive();
    return this.#kept.length > 0 ? POLLIN | POLLRDNORM : this.#askMask(FrameType.ready);
  }

  async read(into: Uint8Array, options: ReadOptions = {}): Promise<number> {
    this.#requireLive();
    if (!(into instanceof Uint8Array)) {
      throw coreFailure('object.argument', { argument: 'into' });
    }
    if (this.#kept.length > 0) {
      return this.#readKept(into);
    }
    const request = new Uint8Array(8);
    const view = new DataView(request.buffer);
    view.setUint32(0, Math.min(into.length, MAX_DESCRIPTOR_FRAME), true);
    view.setUint32(4, options.nonBlocking === true ? READ_NON_BLOCKING : 0, true);
    return this.#ask(FrameType.read, request, nothing, (event) => this.#deliver(event, into));
  }

  async ioctl(operation: number, data: Uint8Array): Promise<Uint8Array> {
    this.#requireLive();
    const isNumber = Number.isInteger(operation) && operation >= 0 && operation <= MOST_OPERATION;
    if (!isNumber || !(data instanceof Uint8Array)) {
      throw coreFailure('object.argument', { argument: isNumber ? 'data' : 'operation' });
    }
    const head = new Uint8Array(8);
    if (head.length + data.length > this.#stream.maxPayload) {
      throw failure('control.message-size', { size: data.length, most: this.#stream.maxPayload });
    }
    new DataView(head.buffer).setUint32(0, operation, true);
    return this.#ask(FrameType.ioctl, head, data, (answer) => answer.slice());
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** A reply of the server. */
  reply(reader: FrameReader): void {
    const { id, type, errno, at, length, bytes } = reader;
    const waiting = this.#waiting.get(id);
    if (waiting === undefined || type !== (waiting.type | REPLY)) {
      this.#stream.fail(failure('control.bad-reply', { problem: 'a reply to nothing', id, type }));
      return;
    }
    this.#waiting.delete(id);
    const payload = bytes.subarray(at, at + length);
    if (errno === 0) {
      waiting.resolve(payload);
    } else {
      waiting.reject(decodeError(errno, payload));
    }
  }

  /** The server is gone. */
  lost(error: MdevError): void {
    this.#refusal = error;
    this.#rejectAll(this.#closing === undefined ? error : coreFailure('object.descriptor-closed'));
  }

  async #close(): Promise<void> {
    if (this.#refusal === undefined) {
      await this.#sayFarewell();
    }
    this.#stream[Symbol.dispose]();
    this.#rejectAll(coreFailure('object.descriptor-closed'));
    trackReleased(this);
    this.#options.onClosed();
  }

  /** Waits until the object is destroyed, or nobody is there to tell, or for a while. */
  #sayFarewell(): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.schedule(this.#options.timeoutMs, resolve);
      const end = (): void => {
        timer[Symbol.dispose]();
        resolve();
      };
      this.#send(FrameType.close, nothing, nothing, end, end);
    });
  }

  #rejectAll(error: MdevError): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) {
      reject(error);
    }
  }

  #requireLive(): void {
    if (this.#closing !== undefined) {
      throw coreFailure('object.descriptor-closed');
    }
    if (this.#refusal !== undefined) {
      throw this.#refusal;
    }
  }

  #askMask(type: number): Promise<number> {
    return this.#ask(type, nothing, nothing, (payload) => {
      if (payload.length !== 4) {
        throw failure('control.bad-reply', { problem: 'a mask has 4 bytes' });
      }
      return new DataView(payload.buffer, payload.byteOffset).getUint32(0, true);
    });
  }

  #ask<T>(
    type: number,
    head: Uint8Array,
    data: Uint8Array,
    decode: (payload: Uint8Array) => T,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const take = (payload: Uint8Array): void => {
        try {
          resolve(decode(payload));
        } catch (error) {
          reject(MdevError.is(error) ? error : failure('control.bad-reply', {}, error));
        }
      };
      this.#send(type, head, data, take, reject);
    });
  }

  #send(
    type: number,
    head: Uint8Array,
    data: Uint8Array,
    resolve: (payload: Uint8Array) => void,
    reject: (error: MdevError) => void,
  ): void {
    const id = this.#nextId();
    this.#waiting.set(id, { type, resolve, reject });
    this.#stream.writer.send(type, id, 0, head, data);
    this.#stream.sent();
  }

  #nextId(): number {
    do {
      this.#id = this.#id === MOST_ID ? 0 : this.#id + 1;
    } while (this.#waiting.has(this.#id));
    return this.#id;
  }

  #readKept(into: Uint8Array): number {
    const [event = nothing] = this.#kept;
    if (event.length > into.length) {
      throw coreFailure('event.room', { needed: event.length, room: into.length });
    }
    this.#kept.shift();
    into.set(event);
    return event.length;
  }

  #deliver(event: Uint8Array, into: Uint8Array): number {
    if (event.length > into.length) {
      this.#kept.push(event.slice());
      throw coreFailure('event.copy', { needed: event.length, room: into.length });
    }
    into.set(event);
    return event.length;
  }
}
