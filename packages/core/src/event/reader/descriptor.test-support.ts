import type { ObjectDescriptor, ReadOptions } from '../../object/descriptor.js';
import type { EventChannel } from '../channel/index.js';

/** What a client in process holds of a channel. Counts what was done with it. */
export class ChannelDescriptor implements ObjectDescriptor {
  readonly #channel: EventChannel;
  reads = 0;
  waits = 0;
  closes = 0;
  readonly #listeners = new Set<Disposable>();

  constructor(channel: EventChannel) {
    this.#channel = channel;
  }

  poll(): Promise<number> {
    return Promise.resolve(this.#channel.poll());
  }

  ready(): Promise<number> {
    this.waits += 1;
    const now = this.#channel.poll();
    if (now !== 0) {
      return Promise.resolve(now);
    }
    return new Promise((resolve) => {
      const listener = this.#channel.onChange(() => {
        this.#drop(listener);
        resolve(this.#channel.poll());
      });
      this.#listeners.add(listener);
    });
  }

  async read(into: Uint8Array, options: ReadOptions = {}): Promise<number> {
    this.reads += 1;
    const target = {
      length: into.length,
      copy(header: Uint8Array, data: Uint8Array): void {
        into.set(header);
        into.set(data, header.length);
      },
    };
    return this.#channel.read(target, options.nonBlocking === true);
  }

  async ioctl(operation: number, data: Uint8Array): Promise<Uint8Array> {
    return this.#channel.ioctl(operation, data);
  }

  close(): Promise<void> {
    this.closes += 1;
    if (this.closes === 1) {
      this.#channel.closed();
      this.#listeners.forEach((listener) => {
        this.#drop(listener);
      });
    }
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #drop(listener: Disposable): void {
    this.#listeners.delete(listener);
    listener[Symbol.dispose]();
  }
}
