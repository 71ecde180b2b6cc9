import type { Iova } from '@mdevkit/core';
import type { MessageDma } from '../memory/index.js';

/** A client's memory that answers messages, one array over and over; by hand if `held`. */
export class FakeDma implements MessageDma {
  readonly memory = new Uint8Array(0x2_0000);
  /** `read 4096+8` in the order of the messages. */
  readonly messages: string[] = [];
  readonly withdrawn: string[] = [];
  canBlock = false;
  /** Messages wait here for {@link FakeDma.answer}. */
  held = false;
  readonly #waiting: (() => void)[] = [];

  read(iova: Iova, into: Uint8Array): Promise<void> {
    return this.#ask(`read ${iova.toString()}+${into.length}`, () => this.#copyOut(iova, into));
  }

  write(iova: Iova, from: Uint8Array): Promise<void> {
    return this.#ask(`write ${iova.toString()}+${from.length}`, () => this.#copyIn(iova, from));
  }

  readSync(iova: Iova, into: Uint8Array): void {
    this.messages.push(`readSync ${iova.toString()}+${into.length}`);
    this.#copyOut(iova, into);
  }

  writeSync(iova: Iova, from: Uint8Array): void {
    this.messages.push(`writeSync ${iova.toString()}+${from.length}`);
    this.#copyIn(iova, from);
  }

  withdraw(iova: Iova, size: number): void {
    this.withdrawn.push(`${iova.toString()}+${size}`);
  }

  /** The client answers everything that waits. */
  answer(): void {
    for (const run of this.#waiting.splice(0)) {
      run();
    }
  }

  #copyOut(iova: Iova, into: Uint8Array): void {
    const at = this.#place(iova);
    into.set(this.memory.subarray(at, at + into.length));
  }

  #copyIn(iova: Iova, from: Uint8Array): void {
    this.memory.set(from, this.#place(iova));
  }

  #place(iova: Iova): number {
    return Number(BigInt(iova) % BigInt(this.memory.length));
  }

  #ask(message: string, run: () => void): Promise<void> {
    this.messages.push(message);
    return new Promise((resolve) => {
      const answer = (): void => {
        run();
        resolve();
      };
      if (this.held) {
        this.#waiting.push(answer);
      } else {
        answer();
      }
    });
  }
}
