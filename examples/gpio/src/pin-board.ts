import { Emitter } from '@mdevkit/core';
import type { Pins } from './pins.js';

export const PIN_COUNT = 16;

/** {@link Pins} whose other side is a program: it sets the inputs and watches the outputs. */
export class PinBoard implements Pins {
  readonly #changed: Emitter<undefined>;
  readonly #driven: Emitter<number>;
  #inputs = 0;
  #outputs = 0;

  /** `onError` is told what a watcher throws; by default the program ends as with any uncaught error. */
  constructor(onError: (error: unknown) => void = throwLater) {
    this.#changed = new Emitter(onError);
    this.#driven = new Emitter(onError);
  }

  get inputs(): number {
    return this.#inputs;
  }

  /** All 16 levels at once. Throws RangeError for anything but 16 bits. */
  set inputs(levels: number) {
    check('inputs', levels, 2 ** PIN_COUNT - 1);
    if (levels !== this.#inputs) {
      this.#inputs = levels;
      this.#changed.fire(undefined);
    }
  }

  /** One level. Throws RangeError unless `pin` is an integer in 0 .. 15. */
  setInput(pin: number, level: boolean): void {
    check('pin', pin, PIN_COUNT - 1);
    const bit = 1 << pin;
    this.inputs = level ? this.#inputs | bit : this.#inputs & ~bit;
  }

  /** What the card drives; bit n is output n. */
  get outputs(): number {
    return this.#outputs;
  }

  /** Calls back with all outputs when one has changed. */
  onOutputs(callback: (outputs: number) => void): Disposable {
    return this.#driven.on(callback);
  }

  drive(outputs: number): void {
    if (outputs !== this.#outputs) {
      this.#outputs = outputs;
      this.#driven.fire(outputs);
    }
  }

  onInputs(callback: () => void): Disposable {
    return this.#changed.on(callback);
  }
}

function check(what: string, value: number, most: number): void {
  if (!Number.isInteger(value) || value < 0 || value > most) {
    throw new RangeError(`${what} must be an integer in 0 .. ${most}, not ${value}`);
  }
}

function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
