import type { DeviceEvent, DeviceEvents } from '../event/index.js';
import { Emitter } from '../event/index.js';
import type { Logger } from '../log/index.js';

/** Events that one reader may leave unread; the oldest beyond them become one `lost` event. */
export const EVENT_QUEUE_LIMIT = 1024;

/**
 * Fans the events of one device out to its readers. A reader sees what is reported after it was made; a
 * `hangup` or {@link EventHub.end} ends every reader once it has read what was queued.
 */
export class EventHub implements DeviceEvents {
  /** Made for the first reader: most devices of a large host never have one. */
  #emitter: Emitter<DeviceEvent | undefined> | undefined;
  readonly #logger: Logger;
  readonly #channels: DeviceEvents | undefined;

  /** `channels` are told every event, too: those of the control plane. */
  constructor(logger: Logger, channels?: DeviceEvents) {
    this.#logger = logger;
    this.#channels = channels;
  }

  /** What no channel can carry is logged: whether there are channels is nothing that a driver could know. */
  report(event: DeviceEvent): void {
    this.#emitter?.fire(event);
    try {
      this.#channels?.report(event);
    } catch (error) {
      this.#logger.error('an event of the device could not be told', { kind: event.kind, error });
    }
  }

  /** The client has closed the device: readers end. */
  end(): void {
    this.#emitter?.fire(undefined);
  }

  reader(): AsyncIterableIterator<DeviceEvent, undefined> {
    this.#emitter ??= new Emitter((error) => {
      this.#logger.error('a listener of device events failed', { error });
    });
    return new EventReader(this.#emitter);
  }
}

class EventReader implements AsyncIterableIterator<DeviceEvent, undefined> {
  readonly #queue: DeviceEvent[] = [];
  readonly #waiters: ((result: IteratorResult<DeviceEvent, undefined>) => void)[] = [];
  readonly #subscription: Disposable;
  #lost = 0;
  #ended = false;

  constructor(emitter: Emitter<DeviceEvent | undefined>) {
    this.#subscription = emitter.on((event) => {
      this.#push(event);
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<DeviceEvent, undefined>> {
    const value = this.#takeLost() ?? this.#queue.shift();
    if (value !== undefined) {
      return Promise.resolve({ done: false, value });
    }
    if (this.#ended) {
      return Promise.resolve({ done: true, value: undefined });
    }
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
    });
  }

  return(): Promise<IteratorResult<DeviceEvent, undefined>> {
    this.#finish();
    this.#queue.length = 0;
    this.#lost = 0;
    return Promise.resolve({ done: true, value: undefined });
  }

  /** What was dropped is older than all that is queued. */
  #takeLost(): DeviceEvent | undefined {
    const count = this.#lost;
    this.#lost = 0;
    return count === 0 ? undefined : { kind: 'lost', count };
  }

  #push(event: DeviceEvent | undefined): void {
    if (event === undefined) {
      this.#finish();
      return;
    }
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) {
      waiter({ done: false, value: event });
    } else {
      if (this.#queue.length >= EVENT_QUEUE_LIMIT) {
        this.#queue.shift();
        this.#lost += 1;
      }
      this.#queue.push(event);
    }
    if (event.kind === 'hangup') {
      this.#finish();
    }
  }

  #finish(): void {
    if (this.#ended) {
      return;
    }
    this.#ended = true;
    this.#subscription[Symbol.dispose]();
    for (const waiter of this.#waiters.splice(0)) {
      waiter({ done: true, value: undefined });
    }
  }
}
