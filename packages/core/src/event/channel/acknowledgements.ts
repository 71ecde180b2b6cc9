import { failure } from '../../errors/index.js';
import type { EventSource } from './event-source.js';

/** Objects that are gone and whose events may still be acknowledged: beyond them the one that went first is forgotten. */
export const GONE_SOURCES = 4096;

/** Objects that the client knows by one element. */
interface Owing {
  /** Of all of them together. */
  unacknowledged: number;
  /** In the order in which the client began to owe them something. */
  readonly sources: Set<EventSource>;
}

/**
 * Which events a client has read and not acknowledged, by what it knows their objects by. Objects that are gone are among
 * them, but a client that never acknowledges cannot make the table grow for ever.
 */
export class Acknowledgements {
  readonly #owing = new Map<bigint, Owing>();
  /** In the order in which they went. */
  readonly #gone = new Set<EventSource>();

  /** A reader has got an event of this object. */
  delivered(source: EventSource): void {
    let owing = this.#owing.get(source.element);
    if (owing === undefined) {
      owing = { unacknowledged: 0, sources: new Set() };
      this.#owing.set(source.element, owing);
    }
    owing.unacknowledged += 1;
    owing.sources.add(source);
    source.delivered();
    if (source.gone) {
      this.left(source);
    }
  }

  /** The object is gone. */
  left(source: EventSource): void {
    if (source.unacknowledged === 0) {
      return;
    }
    this.#gone.add(source);
    if (this.#gone.size > GONE_SOURCES) {
      const [oldest = source] = this.#gone;
      oldest.release();
    }
  }

  /** Nobody will acknowledge its events any more. */
  forget(source: EventSource): void {
    this.#gone.delete(source);
    const owing = this.#owing.get(source.element);
    if (owing?.sources.delete(source) === true) {
      owing.unacknowledged -= source.unacknowledged;
      if (owing.sources.size === 0) {
        this.#owing.delete(source.element);
      }
    }
    source.settle();
  }

  /**
   * The client is done with `count` events of `element`. Of several objects that it knows by the same, the one comes first
   * of which it read an event first: the client cannot tell them apart either.
   */
  acknowledge(element: bigint, count: number): void {
    const owing = this.#owing.get(element);
    if (owing === undefined) {
      throw failure('event.ack-element', { element });
    }
    const { unacknowledged, sources } = owing;
    if (count > unacknowledged) {
      throw failure('event.ack-count', { element, count, unacknowledged });
    }
    owing.unacknowledged -= count;
    let left = count;
    for (const source of sources) {
      if (left === 0) {
        return;
      }
      left -= source.acknowledge(left);
      if (source.unacknowledged === 0) {
        this.forget(source);
      }
    }
  }

  /** Ends all waiting for acknowledgements. */
  settle(): void {
    for (const { sources } of this.#owing.values()) {
      for (const source of sources) {
        source.settle();
      }
    }
  }

  clear(): void {
    this.settle();
    this.#owing.clear();
    this.#gone.clear();
  }
}
