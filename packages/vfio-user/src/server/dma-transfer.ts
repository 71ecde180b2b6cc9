import type { Iova, MdevError } from '@mdevkit/core';

/** One access to the client's memory by messages, in pieces that the client takes. */
export class DmaTransfer {
  readonly command: number;
  readonly iova: Iova;
  /** What a read fills and a write sends. */
  readonly bytes: Uint8Array;
  readonly #settle: (error: MdevError | undefined) => void;
  /** Bytes that have been asked for. */
  asked = 0;
  /** Bytes whose reply has come. */
  done = 0;
  #over = false;
  /** Ends the waiting for it. */
  deadline: Disposable | undefined;

  constructor(
    command: number,
    iova: Iova,
    bytes: Uint8Array,
    settle: (error: MdevError | undefined) => void,
  ) {
    this.command = command;
    this.iova = iova;
    this.bytes = bytes;
    this.#settle = settle;
  }

  isOver(): boolean {
    return this.#over;
  }

  /** One piece has come. */
  advance(length: number): void {
    this.done += length;
    if (this.done === this.bytes.length) {
      this.end(undefined);
    }
  }

  end(error: MdevError | undefined): void {
    if (!this.#over) {
      this.#over = true;
      this.deadline?.[Symbol.dispose]();
      this.#settle(error);
    }
  }
}

/** One message of a transfer that has been sent. */
export interface DmaPiece {
  readonly transfer: DmaTransfer;
  /** Where in the transfer. */
  readonly at: number;
  readonly length: number;
}
