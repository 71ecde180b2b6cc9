import { POLLERR, POLLIN, POLLRDNORM } from '@mdevkit/uapi';
import { failure, type MdevError } from '../../errors/index.js';
import { silentLogger, type Logger } from '../../log/index.js';
import type { DescriptorOperations, ReadTarget } from '../descriptor-operations.js';
import { Emitter } from '../emitter.js';
import { Acknowledgements } from './acknowledgements.js';
import type { EventRecord } from './device-event-record.js';
import { EventList, NO_DATA, type EventSlot } from './event-list.js';
import { EventSource, type EventSink } from './event-source.js';
import {
  DRIVER_EVENT,
  EVENT_ACKNOWLEDGE,
  EVENT_LOST,
  EventAcknowledgement,
  EventHeader,
  EventLost,
  MAX_EVENT_DATA,
} from './records.js';
import { WaitingReads } from './waiting-reads.js';

/** Events that a channel queues unless it is told otherwise. */
export const DEFAULT_EVENT_CAPACITY = 4096;

/** Events that a channel can be told to queue. */
export const MAX_EVENT_CAPACITY = 1 << 20;

export interface EventChannelOptions {
  /** Events that wait for a reader at the most, 1 .. {@link MAX_EVENT_CAPACITY}. Slots are made as they are needed. */
  readonly capacity?: number;
  /** Told of a listener of `onChange` that throws. */
  readonly logger?: Logger;
  /** Told what objects report, before it is queued. */
  readonly onReport?: ReportListener | undefined;
}

/** `element` is what the client knows the object by. The bytes are those of the caller. */
export type ReportListener = (element: bigint, type: number, data: Uint8Array) => void;

const READABLE = POLLIN | POLLRDNORM;

/**
 * Where the events of objects of one client wait for it: a bounded queue behind a descriptor. Each read takes one event,
 * oldest first. A queue that is full loses its oldest event, and the next read says how many were lost (EVENT_LOST). An
 * event that does not reach its reader stays, and is not counted as reported.
 *
 * Source: Linux drivers/infiniband/core/uverbs_main.c, ib_uverbs_event_read, ib_uverbs_event_poll.
 */
export class EventChannel implements DescriptorOperations {
  readonly #queue: EventList<EventSource>;
  readonly #waiting = new WaitingReads();
  readonly #acknowledgements = new Acknowledgements();
  readonly #changes: Emitter<undefined>;
  readonly #sink: EventSink;
  readonly #header = new Uint8Array(EventHeader.size);
  readonly #headerView = new DataView(this.#header.buffer);
  #state: 'open' | 'ended' | 'closed' = 'open';
  #lost = 0;
  #empty: MdevError | undefined;
  /** What poll answered when the listeners were last told. */
  #told = 0;

  /** @throws MdevError EINVAL `event.capacity` */
  constructor(options: EventChannelOptions = {}) {
    const { capacity = DEFAULT_EVENT_CAPACITY, logger = silentLogger } = options;
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > MAX_EVENT_CAPACITY) {
      throw failure('event.capacity', { capacity: String(capacity) });
    }
    this.#queue = new EventList(capacity);
    this.#changes = new Emitter((error) => {
      logger.error('a listener of an event channel failed', { error });
    });
    this.#sink = this.#makeSink(options.onReport);
  }

  /** Events that wait for a reader at the most. */
  get capacity(): number {
    return this.#queue.capacity;
  }

  /** Binds an object that the client knows by `element`, 0 .. 2^64-1. Several may be known by the same. */
  source(element: bigint): EventSource {
    return new EventSource(element, this.#sink);
  }

  /**
   * Queues an event of the core's own. Ignored once the channel has ended.
   *
   * @param data - at most 4080 bytes; copied
   * @throws MdevError EMSGSIZE `event.too-large`
   */
  post(element: bigint, type: number, data?: Uint8Array): void {
    this.#accept(undefined, element, type, copyOf(data));
  }

  /**
   * Queues an event of the device. Ignored once the channel has ended.
   *
   * @param record - its data are not copied, so that channels share them: nobody changes them afterwards
   */
  tell({ type, data }: EventRecord): void {
    this.#accept(undefined, 0n, type, data);
  }

  /** The device is gone: what is queued can still be read, and then a read answers EIO. Nobody waits any more. */
  end(): void {
    if (this.#state !== 'open') {
      return;
    }
    this.#state = 'ended';
    this.#acknowledgements.settle();
    this.#waiting.rejectAll(() => failure('event.ended'));
    this.#announce();
  }

  closed(): void {
    this.#state = 'closed';
    this.#queue.clear();
    this.#lost = 0;
    this.#acknowledgements.clear();
    this.#waiting.rejectAll(() => failure('event.closed'));
  }

  poll(): number {
    if (this.#readable()) {
      return READABLE;
    }
    return this.#state === 'open' ? 0 : POLLERR;
  }

  onChange(callback: () => void): Disposable {
    return this.#changes.on(callback);
  }

  read(target: ReadTarget, nonBlocking: boolean): number | Promise<number> {
    if (this.#readable()) {
      try {
        return this.#deliver(target);
      } finally {
        this.#announce();
      }
    }
    if (this.#state !== 'open') {
      throw failure(this.#state === 'ended' ? 'event.ended' : 'event.closed');
    }
    if (nonBlocking) {
      // Made once: a reader that asks again and again would pay for a stack trace each time.
      throw (this.#empty ??= failure('event.empty'));
    }
    return this.#waiting.add(target);
  }

  /** Those who wait with these targets are gone: their reads reject with EBADF, and take no event. */
  cancel(targets: ReadonlySet<ReadTarget>): void {
    this.#waiting.reject(targets, () => failure('event.closed'));
  }

  ioctl(operation: number, data: Uint8Array): Uint8Array {
    if (operation !== EVENT_ACKNOWLEDGE) {
      throw failure('event.operation', { operation });
    }
    if (data.length !== EventAcknowledgement.size) {
      throw failure('event.ack-length', { length: data.length });
    }
    const { element, count, reserved } = EventAcknowledgement.decode(data);
    if (reserved !== 0) {
      throw failure('event.ack-reserved', { reserved });
    }
    this.#acknowledgements.acknowledge(element, count);
    return NO_DATA;
  }

  #readable(): boolean {
    return this.#lost !== 0 || this.#queue.length !== 0;
  }

  #makeSink(onReport: ReportListener | undefined): EventSink {
    const isOver = (): boolean => this.#state !== 'open';
    return {
      get over() {
        return isOver();
      },
      accept: (source, type, data) => {
        const own = copyOf(data);
        onReport?.(source.element, type & ~DRIVER_EVENT, own);
        this.#accept(source, source.element, type, own);
      },
      purge: (source) => {
        this.#queue.purge(source);
        this.#acknowledgements.left(source);
        this.#announce();
      },
      forget: (source) => {
        this.#acknowledgements.forget(source);
      },
    };
  }

  #accept(source: EventSource | undefined, element: bigint, type: number, data: Uint8Array): void {
    if (this.#state !== 'open' || source?.gone === true) {
      return;
    }
    if (!this.#queue.push(source, element, type, data)) {
      this.#lost += 1;
    }
    this.#serve();
    this.#announce();
  }

  /** Gives waiting reads what there is. One that fails leaves the event to the next. */
  #serve(): void {
    while (this.#readable()) {
      const read = this.#waiting.take();
      if (read === undefined) {
        return;
      }
      try {
        read.resolve(this.#deliver(read.target));
      } catch (error) {
        read.reject(error);
      }
    }
  }

  #deliver(target: ReadTarget): number {
    const slot = this.#lost === 0 ? this.#queue.first() : undefined;
    return slot === undefined ? this.#deliverLost(target) : this.#deliverEvent(target, slot);
  }

  #deliverEvent(target: ReadTarget, slot: EventSlot<EventSource>): number {
    const { owner, element, type, data } = slot;
    this.#checkRoom(target, data);
    // Out of the queue before the copy, so that nothing that happens meanwhile can take or lose it once more.
    this.#queue.drop();
    try {
      this.#copy(target, element, type, data);
    } catch (error) {
      if (this.#state !== 'closed' && owner?.gone !== true) {
        this.#lost += this.#queue.restore(owner, element, type, data) ? 0 : 1;
      }
      throw error;
    }
    if (owner !== undefined && this.#state !== 'closed') {
      this.#acknowledgements.delivered(owner);
    }
    return EventHeader.size + data.length;
  }

  #deliverLost(target: ReadTarget): number {
    const count = this.#lost;
    const data = EventLost.encode({ count: BigInt(count) });
    this.#checkRoom(target, data);
    this.#lost = 0;
    try {
      this.#copy(target, 0n, EVENT_LOST, data);
    } catch (error) {
      this.#lost += this.#state === 'closed' ? 0 : count;
      throw error;
    }
    return EventHeader.size + data.length;
  }

  #checkRoom(target: ReadTarget, data: Uint8Array): void {
    const needed = EventHeader.size + data.length;
    if (target.length < needed) {
      throw failure('event.room', { room: target.length, needed });
    }
  }

  #copy(target: ReadTarget, element: bigint, type: number, data: Uint8Array): void {
    const view = this.#headerView;
    view.setBigUint64(0, element, true);
    view.setUint32(8, type, true);
    view.setUint32(12, data.length, true);
    try {
      target.copy(this.#header, data);
    } catch (error) {
      throw failure('event.copy', { type }, error);
    }
  }

  /** Tells the listeners if poll answers something else than before. */
  #announce(): void {
    const now = this.poll();
    if (now !== this.#told) {
      this.#told = now;
      this.#changes.fire(undefined);
    }
  }
}

function copyOf(data: Uint8Array | undefined): Uint8Array {
  if (data === undefined) {
    return NO_DATA;
  }
  // A driver in plain JavaScript may pass anything.
  if (!(data instanceof Uint8Array)) {
    throw failure('event.data');
  }
  if (data.length > MAX_EVENT_DATA) {
    throw failure('event.too-large', { length: data.length, most: MAX_EVENT_DATA });
  }
  return data.length === 0 ? NO_DATA : new Uint8Array(data);
}
