import { Fifo } from '../memory/index.js';
import type { ContextEvent } from './context-event.js';

/** Events that one reader may leave unread; the oldest beyond them become one `lost` event. */
export const FEED_LIMIT = 1024;

type Step = IteratorResult<ContextEvent, undefined>;
const DONE: Step = { done: true, value: undefined };

/** Hands the events of one context to its readers. Each sees what comes after it was made. */
export class EventFeed {
  readonly #readers = new Set<FeedReader>();
  #isOver = false;

  post(event: ContextEvent): void {
    for (const reader of this.#readers) {
      reader.push(event);
    }
  }

  /** Readers end when they have read what they have. */
  end(): void {
    this.#isOver = true;
    for (const reader of this.#readers) {
      reader.end();
    }
    this.#readers.clear();
  }

  reader(): AsyncIterableIterator<ContextEvent, undefined> {
    const reader: FeedReader = new FeedReader(() => {
      this.#readers.delete(reader);
    });
    if (this.#isOver) {
      reader.end();
    } else {
      this.#readers.add(reader);
    }
    return reader;
  }
}

class FeedReader implements AsyncIterableIterator<ContextEvent, undefined> {
  readonly #events = new Fifo<ContextEvent>();
  readonly #waiting = new Fifo<(step: Step) => void>();
  readonly #left: () => void;
  #lost = 0;
  #isOver = false;

  constructor(left: () => void) {
    this.#left = left;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  push(event: ContextEvent): void {
    const waiter = this.#waiting.shift();
    if (waiter !== undefined) {
      waiter({ done: false, value: event });
      return;
    }
    if (this.#events.size === FEED_LIMIT) {
      this.#events.shift();
      this.#lost += 1;
    }
    this.#events.push(event);
  }

  end(): void {
    this.#isOver = true;
    for (const resolve of this.#waiting.takeAll()) {
      resolve(DONE);
    }
  }

  next(): Promise<Step> {
    if (this.#lost > 0) {
      const count = this.#lost;
      this.#lost = 0;
      return Promise.resolve({ done: false, value: { kind: 'lost', count } });
    }
    const event = this.#events.shift();
    if (event !== undefined) {
      return Promise.resolve({ done: false, value: event });
    }
    return this.#isOver
      ? Promise.resolve(DONE)
      : new Promise((resolve) => {
          this.#waiting.push(resolve);
        });
  }

  return(): Promise<Step> {
    this.#events.takeAll();
    this.#lost = 0;
    this.end();
    this.#left();
    return Promise.resolve(DONE);
  }
}
