import { failure } from '../../errors/index.js';
import type { EventChannel, EventRecord } from '../../event/channel/index.js';

/** Events that may wait in the channels of one client together, unless its device is told otherwise. */
export const DEFAULT_EVENT_BUDGET = 1 << 20;

/** Channels of one client that may hear of the device beside its default channel: an event of the device goes to each. */
export const MAX_DEVICE_CHANNELS = 8;

/**
 * The event channels of one client. What it makes is bounded: their capacities together, and how many hear of the device. Its
 * default channel is the device's gift.
 */
export class ClientChannels {
  readonly #default: EventChannel;
  readonly #budget: number;
  readonly #made = new Set<EventChannel>();
  readonly #hearing = new Set<EventChannel>();
  #granted = 0;

  /** @param budget - events that those of the client's own making may hold together */
  constructor(byDefault: EventChannel, budget: number) {
    this.#default = byDefault;
    this.#budget = budget;
  }

  /**
   * A channel of the client's own making.
   *
   * @throws MdevError ENOSPC `event.budget`, `event.device-channels`
   */
  add(channel: EventChannel, hearsDevice: boolean): void {
    const { capacity } = channel;
    if (capacity > this.#budget - this.#granted) {
      throw failure('event.budget', { capacity, granted: this.#granted, most: this.#budget });
    }
    if (hearsDevice) {
      if (this.#hearing.size >= MAX_DEVICE_CHANNELS) {
        throw failure('event.device-channels', { most: MAX_DEVICE_CHANNELS });
      }
      this.#hearing.add(channel);
    }
    this.#made.add(channel);
    this.#granted += capacity;
  }

  delete(channel: EventChannel): void {
    if (this.#made.delete(channel)) {
      this.#hearing.delete(channel);
      this.#granted -= channel.capacity;
    }
  }

  /** Tells those that hear of the device. They share the bytes of the record. */
  report(record: EventRecord): void {
    this.#default.tell(record);
    for (const channel of this.#hearing) {
      channel.tell(record);
    }
  }

  /** The device is gone. */
  end(): void {
    this.#default.end();
    for (const channel of this.#made) {
      channel.end();
    }
  }
}
