import { failure } from '../../errors/index.js';
import type { EventOwner, OwnEvents } from './event-list.js';
import type { ObjectEvents } from './object-events.js';
import { DRIVER_EVENT } from './records.js';

/** What a source needs of its channel. */
export interface EventSink {
  /** Nobody has to acknowledge any more. */
  readonly over: boolean;
  accept(source: EventSource, type: number, data: Uint8Array | undefined): void;
  /** The object is gone: its queued events go, and the events it is still owed are kept in mind. */
  purge(source: EventSource): void;
  forget(source: EventSource): void;
}

/**
 * One object bound to an event channel: where it reports, and which of its events the client has read and acknowledged.
 *
 * Source: Linux drivers/infiniband/core/uverbs.h, struct ib_uverbs_event (counter).
 */
export class EventSource implements ObjectEvents, EventOwner<EventSource> {
  /** What the client knows the object by; others may be known by the same. */
  readonly element: bigint;
  /** Its events that nobody has read. For the channel. */
  readonly queued: OwnEvents<EventSource> = { oldest: undefined, newest: undefined };
  readonly #sink: EventSink;
  #reported = 0;
  #acknowledged = 0;
  #gone = false;
  #released = false;
  #waiting: (() => void)[] = [];

  constructor(element: bigint, sink: EventSink) {
    this.element = element;
    this.#sink = sink;
  }

  /** Events that a reader has got whole. */
  get reported(): number {
    return this.#reported;
  }

  /** Those of them that the client has not acknowledged. */
  get unacknowledged(): number {
    return this.#reported - this.#acknowledged;
  }

  /** Whether the object is gone. */
  get gone(): boolean {
    return this.#gone;
  }

  report(type: number, data?: Uint8Array): void {
    if (!Number.isInteger(type) || type < 0 || type >= DRIVER_EVENT) {
      throw failure('event.type', { type: String(type) });
    }
    this.#sink.accept(this, DRIVER_EVENT | type, data);
  }

  /**
   * The object is gone: those of its events that nobody has read are removed, and whatever it still reports is ignored. The
   * client can go on acknowledging what it has read. Idempotent.
   */
  purge(): void {
    if (!this.#gone) {
      this.#gone = true;
      this.#sink.purge(this);
    }
  }

  /**
   * Resolves when the client has acknowledged all that it has read, and also when it cannot do so any more: the channel has
   * ended or was closed, or {@link EventSource.release} was called. Never rejects.
   */
  acknowledged(): Promise<void> {
    if (this.#released || this.#sink.over || this.unacknowledged === 0) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** As {@link EventSource.purge}, but nothing can be acknowledged any more: its client is gone. Idempotent. */
  release(): void {
    this.#released = true;
    this.purge();
    this.#sink.forget(this);
  }

  /** A reader has got one of its events whole. For the channel. */
  delivered(): void {
    this.#reported += 1;
  }

  /** Acknowledges `count` events, or as many as there are, and answers how many. For the channel. */
  acknowledge(count: number): number {
    const done = Math.min(count, this.unacknowledged);
    this.#acknowledged += done;
    return done;
  }

  /** Ends the waiting for acknowledgements. For the channel. */
  settle(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) {
      resolve();
    }
  }
}
