import type { UnixStream } from '@mdevkit/linux';
import { VFIO_USER_ERROR, VFIO_USER_TYPE_COMMAND, VFIO_USER_TYPE_REPLY } from '@mdevkit/uapi';
import { COMMAND, ERROR_NUMBER, FLAGS, HEADER_SIZE, MESSAGE_ID, MESSAGE_SIZE } from './header.js';
import { BufferPool, type Lease } from './lease.js';
import { Sender, type SendFailure } from './sender.js';

export interface OutgoingOptions {
  /** Bytes of the largest payload. */
  readonly maxPayload: number;
  /** Bytes that may wait for a peer that does not read; beyond them it has {@link Outgoing.failed}. */
  readonly maxQueued: number;
}

/**
 * Makes messages in one place and sends each with one sendmsg: fill {@link Outgoing.payload} from its start, then say
 * what it is. Nothing is allocated for a message that the socket takes.
 *
 * Source: vfio-user protocol specification (docs/interop/vfio-user.rst of QEMU), Header.
 */
export class Outgoing implements Disposable {
  /** Where the payload of the next message is put together. */
  payload: DataView;
  /** The same bytes. */
  bytes: Uint8Array;
  readonly #sender: Sender;
  readonly #pool: BufferPool;
  readonly #ownsSender: boolean;
  #header: DataView;

  private constructor(sender: Sender, maxPayload: number, ownsSender: boolean) {
    this.#sender = sender;
    this.#ownsSender = ownsSender;
    this.#pool = new BufferPool(HEADER_SIZE + maxPayload);
    this.#header = this.#pool.current.view;
    this.payload = payloadView(this.#header);
    this.bytes = this.#pool.current.bytes.subarray(HEADER_SIZE);
  }

  /** The stream stays the caller's. */
  static on(stream: UnixStream, options: OutgoingOptions): Outgoing {
    return new Outgoing(new Sender(stream, options.maxQueued), options.maxPayload, true);
  }

  /** Another one with a payload of its own, for messages that are made while this one is being filled. */
  beside(maxPayload: number): Outgoing {
    return new Outgoing(this.#sender, maxPayload, false);
  }

  /** Bytes that the socket has not taken yet. */
  get queued(): number {
    return this.#sender.queued;
  }

  get failed(): SendFailure | undefined {
    return this.#sender.failed;
  }

  get maxPayload(): number {
    return this.bytes.length;
  }

  /** Answers a command with the first `length` bytes of the payload. Descriptors are lent. */
  reply(id: number, command: number, length: number, fds?: readonly number[]): void {
    this.#send(id, command, length, VFIO_USER_TYPE_REPLY, 0, fds);
  }

  /** Answers a command with a positive errno. The payload stays as it is. */
  error(id: number, command: number, errno: number): void {
    this.#send(id, command, 0, VFIO_USER_TYPE_REPLY | VFIO_USER_ERROR, errno);
  }

  /** Sends a command with the first `length` bytes of the payload; `flags` may be VFIO_USER_NO_REPLY. */
  command(id: number, command: number, length: number, flags = 0, fds?: readonly number[]): void {
    this.#send(id, command, length, VFIO_USER_TYPE_COMMAND | flags, 0, fds);
  }

  /** Sends what waits; whether nothing is left. */
  flush(): boolean {
    return this.#sender.flush();
  }

  /** Leaves the payload to somebody who fills it later; the next message is made elsewhere. */
  keep(): Lease {
    const lease = this.#pool.lease();
    if (this.#pool.ended) {
      return lease;
    }
    const kept: Lease = {
      view: this.payload,
      bytes: this.bytes,
      forfeit: () => {
        lease.forfeit();
      },
      [Symbol.dispose]: () => {
        lease[Symbol.dispose]();
      },
    };
    const { view, bytes } = this.#pool.replace();
    this.#header = view;
    this.payload = payloadView(view);
    this.bytes = bytes.subarray(HEADER_SIZE);
    return kept;
  }

  [Symbol.dispose](): void {
    if (this.#ownsSender) {
      this.#sender[Symbol.dispose]();
    }
    this.#pool[Symbol.dispose]();
  }

  #send(
    id: number,
    command: number,
    length: number,
    flags: number,
    errno: number,
    fds?: readonly number[],
  ): void {
    const header = this.#header;
    const size = HEADER_SIZE + length;
    header.setUint16(MESSAGE_ID, id, true);
    header.setUint16(COMMAND, command, true);
    header.setUint32(MESSAGE_SIZE, size, true);
    header.setUint32(FLAGS, flags, true);
    header.setUint32(ERROR_NUMBER, errno, true);
    this.#sender.send(this.#pool.current, size, fds);
  }
}

function payloadView(view: DataView): DataView {
  return new DataView(view.buffer, view.byteOffset + HEADER_SIZE, view.byteLength - HEADER_SIZE);
}
