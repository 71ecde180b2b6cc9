import type { DescriptorOperations, ReadTarget } from '../../event/descriptor-operations.js';
import type { EventChannel } from '../../event/channel/event-channel.js';

/** A descriptor of a channel that does not end with it, so that another can be opened later. */
export class DefaultChannelView implements DescriptorOperations {
  readonly #channel: EventChannel;
  /** Of reads that wait. */
  readonly #targets = new Set<ReadTarget>();

  constructor(channel: EventChannel) {
    this.#channel = channel;
  }

  poll(): number {
    return this.#channel.poll();
  }

  onChange(callback: () => void): Disposable {
    return this.#channel.onChange(callback);
  }

  read(target: ReadTarget, nonBlocking: boolean): number | Promise<number> {
    const answer = this.#channel.read(target, nonBlocking);
    return typeof answer === 'number' ? answer : this.#follow(target, answer);
  }

  ioctl(operation: number, data: Uint8Array): Uint8Array {
    return this.#channel.ioctl(operation, data);
  }

  closed(): void {
    this.#channel.cancel(this.#targets);
  }

  async #follow(target: ReadTarget, answer: Promise<number>): Promise<number> {
    this.#targets.add(target);
    try {
      return await answer;
    } finally {
      this.#targets.delete(target);
    }
  }
}
