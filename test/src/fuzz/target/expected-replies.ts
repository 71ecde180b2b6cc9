import {
  commandOf,
  errnoOf,
  ERROR,
  flagsOf,
  HEADER_SIZE,
  idOf,
  NO_REPLY,
  TYPE_COMMAND,
  TYPE_MASK,
  TYPE_REPLY,
} from '../message/index.js';
import { describeBytes } from '../sequence/index.js';
import { FuzzFailure } from './fuzz-failure.js';
import { MessageStream } from './message-stream.js';
import { checkReply, type Asked } from './reply-shape.js';

/** Requests that are over, behind which the list is cut. */
const MOST_OVER = 4096;

/**
 * What a server owes a client for the bytes that it was sent: one reply to each command that wants one, in their order.
 *
 * Source: vfio-user protocol specification (docs/interop/vfio-user.rst of QEMU), Header.
 */
export class ExpectedReplies {
  readonly #largest: number;
  readonly #sent = new MessageStream();
  #asked: Asked[] = [];
  #next = 0;
  #agreed = false;
  #outOfStep = false;

  /** `largest` is the size of the largest message that the server takes. */
  constructor(largest: number) {
    this.#largest = largest;
  }

  /** Replies that have not come. */
  get open(): number {
    return this.#asked.length - this.#next;
  }

  get nextOpen(): string {
    const asked = this.#asked[this.#next];
    return asked === undefined ? 'nothing' : `id ${asked.id} command ${asked.command}`;
  }

  /** Whether a server may close the connection: nobody knows where a message begins, or there is no agreement. */
  get mayEnd(): boolean {
    return this.#outOfStep || !this.#agreed;
  }

  /** These bytes went into the socket. */
  sent(bytes: Uint8Array): void {
    if (this.#outOfStep) {
      return;
    }
    this.#sent.add(bytes);
    for (let size = this.#sent.nextSize; size !== undefined; size = this.#sent.nextSize) {
      if (size < HEADER_SIZE || size > this.#largest) {
        this.#outOfStep = true;
        this.#message(this.#sent.take(HEADER_SIZE), true);
        return;
      }
      if (this.#sent.rest < size) {
        return;
      }
      this.#message(this.#sent.take(size), false);
    }
  }

  /** Throws FuzzFailure for a reply that is not due, or not formed as it should be. */
  received(reply: Uint8Array, descriptors: number): void {
    const asked = this.#asked[this.#next];
    if (asked?.id !== idOf(reply) || asked.command !== commandOf(reply)) {
      throw new FuzzFailure(
        `a reply that nobody asked for: ${describeBytes(reply)}; due is ${this.nextOpen}`,
      );
    }
    checkReply(reply, asked, descriptors);
    this.#agreed ||= asked.command === 1 && (flagsOf(reply) & ERROR) === 0;
    this.#next++;
    if (this.#next >= MOST_OVER) {
      this.#asked = this.#asked.slice(this.#next);
      this.#next = 0;
    }
  }

  /** Nobody answers a reply, or what wants none, whatever is wrong with it. */
  #message(bytes: Uint8Array, outOfStep: boolean): void {
    const flags = flagsOf(bytes);
    const type = flags & TYPE_MASK;
    if (type !== TYPE_REPLY && (flags & NO_REPLY) === 0) {
      this.#asked.push({ ...askedBy(bytes), refused: outOfStep || type !== TYPE_COMMAND });
    }
  }
}

function askedBy(bytes: Uint8Array): Asked {
  const isAccess = commandOf(bytes) === 9 && bytes.length >= HEADER_SIZE + 16;
  // The count stands in the payload where the errno stands in a header.
  const count = isAccess ? errnoOf(bytes, HEADER_SIZE) : undefined;
  return { id: idOf(bytes), command: commandOf(bytes), refused: false, count };
}
