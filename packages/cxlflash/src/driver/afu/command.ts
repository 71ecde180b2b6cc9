import type { Iova } from '@mdevkit/core';
import { REQUEST_BYTES, RESPONSE_WRITTEN, RRQ_ENTRY_BYTES } from '../../abi/index.js';

/** Bytes that a command moves at once, and needs memory for. A multiple of every block size. */
export const PIECE = 65_536;

/** Memory of one command under way, used again by the next. */
export class CommandBuffers {
  readonly request = new Uint8Array(REQUEST_BYTES);
  readonly requestView = new DataView(this.request.buffer);
  readonly response = new Uint8Array(RESPONSE_WRITTEN);
  readonly responseView = new DataView(this.response.buffer);
  readonly entry = new Uint8Array(RRQ_ENTRY_BYTES);
  readonly entryView = new DataView(this.entry.buffer);
  #data: Uint8Array | undefined;

  /** For {@link PIECE} bytes; there is none before the first command with data. */
  get data(): Uint8Array {
    return (this.#data ??= new Uint8Array(PIECE));
  }
}

/** A command from its submission to the end of all that it does. */
export class Command {
  /** Where its request is in the memory of the client. */
  readonly address: Iova;
  readonly buffers: CommandBuffers;
  /** The resource that it uses, -1 for none. */
  handle = -1;
  /** Of its time, once that runs. */
  deadline: Disposable | undefined;
  #isAlive = true;
  #isExpired = false;

  constructor(address: Iova, buffers: CommandBuffers) {
    this.address = address;
    this.buffers = buffers;
  }

  /** Nobody has abandoned it: it may answer. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** It may go on with its work. */
  get isActive(): boolean {
    return this.#isAlive && !this.#isExpired;
  }

  /** It leaves no trace from now on. */
  abandon(): void {
    this.#isAlive = false;
    this.deadline?.[Symbol.dispose]();
  }

  /** It is over for the client; whether it was not before. */
  expire(): boolean {
    const was = this.isActive;
    this.#isExpired = true;
    return was;
  }
}
