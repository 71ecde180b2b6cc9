import type { MdevError } from '@mdevkit/core';
import { nowhere, type Command, type CommandPlace } from '../command/index.js';

/** Settles the promise of a call. */
export interface Answer {
  readonly resolve: (blocks: number) => void;
  readonly reject: (error: MdevError) => void;
}

/** What an operation needs of its LUN. */
export interface OperationOwner {
  ended(operation: Operation): void;
  verify(): Promise<void>;
}

/** What an operation transfers. */
export interface OperationRequest {
  readonly resource: number;
  readonly isWrite: boolean;
  readonly lba: number;
  readonly blockCount: number;
  readonly bytes: Uint8Array;
  /** In blocks of the library. */
  readonly blocks: number;
}

/** One read or write of a LUN, from the call to the moment when its result is taken. */
export class Operation implements Command {
  readonly place: CommandPlace = nowhere();
  readonly resource: number;
  readonly isWrite: boolean;
  readonly lba: number;
  readonly blockCount: number;
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly blocks: number;
  readonly tag: number;
  /** Of those who wait for its end; an asynchronous one may have none, and several. */
  readonly answers: Answer[] = [];
  userTag: number | undefined;
  /** Its call waits for it: nobody else takes its result. */
  isDirect = false;
  isOver = false;
  error: MdevError | undefined;
  readonly #owner: OperationOwner;

  constructor(owner: OperationOwner, request: OperationRequest, tag: number) {
    this.#owner = owner;
    this.resource = request.resource;
    this.isWrite = request.isWrite;
    this.lba = request.lba;
    this.blockCount = request.blockCount;
    this.bytes = request.bytes;
    this.length = request.bytes.length;
    this.blocks = request.blocks;
    this.tag = tag;
  }

  settle(error: MdevError | undefined): void {
    this.isOver = true;
    this.error = error;
    this.#owner.ended(this);
  }

  verify(): Promise<void> {
    return this.#owner.verify();
  }

  /** Tells one who waits. */
  answer({ resolve, reject }: Answer): void {
    if (this.error === undefined) {
      resolve(this.blocks);
    } else {
      reject(this.error);
    }
  }
}
