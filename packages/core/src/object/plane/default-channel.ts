import type { DescriptorOperations, ReadTarget } from '../../event/descriptor-operations.js';
import type { EventChannel } from '../../event/channel/event-channel.js';

/** A descriptor of a channel that does not end with it, so that another can be opened later. */
export class DefaultChannelView implements DescriptorOperations {
  readonly #channel: EventChannel;

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
    return this.#channel.read(target, nonBlocking);
  }

  ioctl(operation: number, data: Uint8Array): Uint8Array {
    return this.#channel.ioctl(operation, data);
  }

  closed(): void {
    // A read that still waits copies into a target that is closed, and the event stays.
  }
}
