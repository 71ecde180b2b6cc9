import type { Request } from './context.js';
import { OwnedDescriptors } from './owned-descriptors.js';

/** A command as its handler gets it. */
export class CommandRequest implements Request, Disposable {
  readonly command: number;
  readonly payload: Uint8Array;
  readonly view: DataView;
  readonly #descriptors: OwnedDescriptors;
  #isOver = false;

  /** `payload` belongs to the handler; the descriptors are owned from here on. */
  constructor(command: number, payload: Uint8Array, fds: readonly number[]) {
    this.command = command;
    this.payload = payload;
    this.view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    this.#descriptors = new OwnedDescriptors(fds);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  takeDescriptors(): OwnedDescriptors {
    return this.#descriptors;
  }

  /** Closes what the handler has not taken over. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#descriptors[Symbol.dispose]();
  }
}
