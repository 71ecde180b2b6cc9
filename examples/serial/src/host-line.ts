import { Emitter } from '@mdevkit/core';
import { BREAK, type Line } from './line.js';

export interface HostLineOptions {
  /** Characters that may wait for the UART, 1 or more; 4096 by default. */
  readonly capacity?: number;
  /** Told what a callback throws; by default the program ends as with any uncaught error. */
  readonly onError?: (error: unknown) => void;
}

/** A {@link Line} whose other end is a program. */
export class HostLine implements Line {
  readonly #waiting: Uint16Array;
  readonly #receivable: Emitter<undefined>;
  readonly #drained: Emitter<undefined>;
  readonly #transmitted: Emitter<number>;
  #head = 0;
  #count = 0;

  constructor({ capacity = 4096, onError = throwLater }: HostLineOptions = {}) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new RangeError(
        `The capacity of a line must be an integer of 1 or more, not ${capacity}`,
      );
    }
    this.#waiting = new Uint16Array(capacity);
    this.#receivable = new Emitter(onError);
    this.#drained = new Emitter(onError);
    this.#transmitted = new Emitter(onError);
  }

  /** Characters that {@link send} would take now. */
  get room(): number {
    return this.#waiting.length - this.#count;
  }

  /** Takes as many of the bytes as there is room for, and answers how many. The rest is for later. */
  send(bytes: Uint8Array): number {
    const taken = Math.min(bytes.length, this.room);
    for (let i = 0; i < taken; i++) {
      this.#push(bytes[i] ?? 0);
    }
    this.#announce(taken);
    return taken;
  }

  /** Sends a break, if there is room for it. */
  sendBreak(): boolean {
    const taken = Math.min(1, this.room);
    if (taken === 1) {
      this.#push(BREAK);
    }
    this.#announce(taken);
    return taken === 1;
  }

  /** Calls back when the UART has taken everything. */
  onDrained(callback: () => void): Disposable {
    return this.#drained.on(callback);
  }

  /** Calls back with each byte, or BREAK, that the UART sends. */
  onTransmitted(callback: (character: number) => void): Disposable {
    return this.#transmitted.on(callback);
  }

  transmit(character: number): void {
    this.#transmitted.fire(character);
  }

  receive(): number | undefined {
    if (this.#count === 0) {
      return undefined;
    }
    const character = this.#waiting[this.#head];
    this.#head = (this.#head + 1) % this.#waiting.length;
    this.#count -= 1;
    if (this.#count === 0) {
      this.#drained.fire(undefined);
    }
    return character;
  }

  onReceivable(callback: () => void): Disposable {
    return this.#receivable.on(callback);
  }

  #push(character: number): void {
    this.#waiting[(this.#head + this.#count) % this.#waiting.length] = character;
    this.#count += 1;
  }

  #announce(taken: number): void {
    if (taken > 0) {
      this.#receivable.fire(undefined);
    }
  }
}

function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
