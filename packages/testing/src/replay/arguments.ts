import type { RecordedArguments, RecordedValue } from '../record/index.js';

/** What a call carries; the reader of a recording has checked the types. */
export class CallArguments {
  readonly #args: RecordedArguments;

  constructor(args: RecordedArguments) {
    this.#args = args;
  }

  get(name: string): RecordedValue {
    return this.#args[name];
  }

  number(name: string): number {
    const value = this.#args[name];
    return typeof value === 'number' ? value : Number.NaN;
  }

  address(name: string): number | bigint {
    const value = this.#args[name];
    return typeof value === 'bigint' ? value : this.number(name);
  }

  flag(name: string): boolean {
    return this.#args[name] === true;
  }

  bytes(name: string): Uint8Array {
    const value = this.#args[name];
    return value instanceof Uint8Array ? value : new Uint8Array(0);
  }
}
