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

/** What every server takes with one message. */
const FEW_DESCRIPTORS = 4;
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
  /** What a server may say before it closes the connection, besides what is asked. */
  readonly #last: Asked[] = [];
  #begun = false;
  #agreed = false;
  #outOfStep = false;
  /** Some message was no message, by its type or because it has more descriptors than a server takes. */
  #unordered = false;
  #descriptors = 0;
  readonly #ambiguous = new Set<number>();

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

  /** These bytes went into the socket, and so many descriptors with them. */
  sent(bytes: Uint8Array, descriptors: number): void {
    // All that come while a message is unfinished are its own.
    this.#descriptors = descriptors + (this.#sent.rest > 0 ? this.#descriptors : 0);
    this.#unordered ||= this.#descriptors > FEW_DESCRIPTORS;
    if (this.#outOfStep) {
      return;
    }
    this.#sent.add(bytes);
    for (let size = this.#sent.nextSize; size !== undefined; size = this.#sent.nextSize) {
      if (size < HEADER_SIZE || size > this.#largest) {
        this.#outOfStep = true;
        this.#last.push(askedBy(this.#sent.take(HEADER_SIZE)));
        return;
      }
      if (this.#sent.rest < size) {
        return;
      }
      this.#message(this.#sent.take(size));
    }
  }

  /** Throws FuzzFailure for a reply that is not due, or not formed as it should be. */
  received(reply: Uint8Array, descriptors: number): void {
    const fits = ({ id, command }: Asked): boolean =>
      id === idOf(reply) && command === commandOf(reply);
    const at = this.#unordered
      ? this.#asked.findIndex((asked, index) => index >= this.#next && fits(asked))
      : this.#next;
    const asked = this.#asked[at];
    if (asked !== undefined && fits(asked)) {
      // Whose reply it is cannot be told when several have the same id, and one of them is refused at once.
      const key = asked.id * 0x1_0000 + asked.command;
      if (this.#unordered && this.#asked.some((other, index) => index > at && fits(other))) {
        this.#ambiguous.add(key);
      }
      if (!this.#ambiguous.has(key)) {
        checkReply(reply, asked, descriptors);
      }
      this.#over(at);
      this.#agreed ||= asked.command === 1 && (flagsOf(reply) & ERROR) === 0;
    } else if (!this.#last.some(fits) || (flagsOf(reply) & ERROR) === 0) {
      throw new FuzzFailure(
        `a reply that nobody asked for: ${describeBytes(reply)}; due is ${this.nextOpen}`,
      );
    }
  }

  #over(at: number): void {
    if (at > this.#next) {
      this.#asked.splice(at, 1);
      return;
    }
    this.#next++;
    if (this.#next >= MOST_OVER) {
      this.#asked = this.#asked.slice(this.#next);
      this.#next = 0;
    }
  }

  #message(bytes: Uint8Array): void {
    const flags = flagsOf(bytes);
    const type = flags & TYPE_MASK;
    const asked = { ...askedBy(bytes), refused: type !== TYPE_COMMAND };
    this.#unordered ||= type !== TYPE_COMMAND && type !== TYPE_REPLY;
    const wantsReply = type !== TYPE_REPLY && (flags & NO_REPLY) === 0;
    if (wantsReply) {
      this.#asked.push(asked);
    } else if (!this.#begun || this.#unordered) {
      // Not the way to begin; and see bugs.test.ts for a reply with too many descriptors.
      this.#last.push(asked);
    }
    this.#begun = true;
  }
}

function askedBy(bytes: Uint8Array): Asked {
  const isAccess = commandOf(bytes) === 9 && bytes.length >= HEADER_SIZE + 16;
  // The count stands in the payload where the errno stands in a header.
  const count = isAccess ? errnoOf(bytes, HEADER_SIZE) : undefined;
  return { id: idOf(bytes), command: commandOf(bytes), refused: false, count };
}
