import type { Iova } from '@mdevkit/core';
import { REQUEST_BYTES, RESPONSE_WRITTEN, RRQ_ENTRY_BYTES } from '../../abi/index.js';

/** Memory of one command under way, used again by the next. */
export class CommandBuffers {
  readonly request = new Uint8Array(REQUEST_BYTES);
  readonly requestView = new DataView(this.request.buffer);
  readonly response = new Uint8Array(RESPONSE_WRITTEN);
  readonly responseView = new DataView(this.response.buffer);
  readonly entry = new Uint8Array(RRQ_ENTRY_BYTES);
  readonly entryView = new DataView(this.entry.buffer);
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
  /** Data on their way to the memory of the client. */
  storing: Promise<unknown> | undefined;
  /** Called once if the command is over before what it does now. */
  whenOver: (() => void) | undefined;
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

  /** Its time is over. */
  get isExpired(): boolean {
    return this.#isExpired;
  }

  /** It may go on with its work. */
  get isActive(): boolean {
    return this.#isAlive && !this.#isExpired;
  }

  /** It leaves no trace from now on. */
  abandon(): void {
    this.#isAlive = false;
    this.deadline?.[Symbol.dispose]();
    this.#over();
  }

  /** It is over for the client; whether it was not before. */
  expire(): boolean {
    const was = this.isActive;
    this.#isExpired = true;
    this.#over();
    return was;
  }

  /** Waits for a promise, but not longer than the command has. */
  until(promise: Promise<unknown>): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        if (this.whenOver === end) {
          this.whenOver = undefined;
        }
        resolve();
      };
      this.whenOver = end;
      void promise.then(end, end);
    });
  }

  #over(): void {
    const { whenOver } = this;
    this.whenOver = undefined;
    whenOver?.();
  }
}
