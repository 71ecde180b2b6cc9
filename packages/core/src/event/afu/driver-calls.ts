import { Errno } from '@mdevkit/uapi';
import type {
  AfuContext,
  AfuDriverEvent,
  AfuDriverOps,
  CopyVerdict,
  FetchGuard,
} from './afu-driver.js';
import type { DriverFaults } from './driver-faults.js';

/** An event that was fetched and has not ended. `data` is what the event had when it was fetched, whatever it says later. */
export interface FetchedEvent {
  readonly event: AfuDriverEvent;
  readonly data: Uint8Array;
  /** Who gave it and is told what becomes of it, also when other callbacks are registered by then. */
  readonly calls: DriverCalls;
}

/** The callbacks of one registration, made safe: whatever the driver does, nothing is thrown and nothing rejects. */
export class DriverCalls {
  readonly #ops: AfuDriverOps;
  readonly #context: AfuContext;
  readonly #faults: DriverFaults;
  readonly #guard: FetchGuard | undefined;

  constructor(
    ops: AfuDriverOps,
    context: AfuContext,
    faults: DriverFaults,
    guard: FetchGuard | undefined,
  ) {
    this.#ops = ops;
    this.#context = context;
    this.#faults = faults;
    this.#guard = guard;
  }

  /** Asks for an event; undefined for none, for a failure, and for an answer that is no event. */
  fetch(): FetchedEvent | undefined | Promise<FetchedEvent | undefined> {
    try {
      const answer: unknown = this.#ops.fetchEvent(this.#context);
      return isThenable(answer) ? this.#wait(Promise.resolve(answer)) : this.#checked(answer);
    } catch (error) {
      this.#faults.report('fetchEvent', error);
      return undefined;
    }
  }

  delivered(event: AfuDriverEvent, status: number): CopyVerdict {
    try {
      const answer: unknown = this.#ops.eventDelivered(event, status, this.#context);
      if (isThenable(answer)) {
        // Nobody waits for it; what it rejects with must not end the process.
        Promise.resolve(answer).catch((error: unknown) => {
          this.#faults.report('eventDelivered', error);
        });
      }
      return answer === 'drop' ? 'drop' : 'retry';
    } catch (error) {
      this.#faults.report('eventDelivered', error);
      return 'retry';
    }
  }

  async #wait(answer: Promise<unknown>): Promise<FetchedEvent | undefined> {
    try {
      const guard = this.#guard;
      return this.#checked(
        await (guard === undefined ? answer : guard.call('fetchEvent', () => answer)),
      );
    } catch (error) {
      this.#faults.report('fetchEvent', error);
      void answer.then(
        (late) => {
          this.#cancelLate(late);
        },
        () => undefined, // Reported above.
      );
      return undefined;
    }
  }

  /** The reader that it was fetched for is gone, and its credit was used up. */
  #cancelLate(answer: unknown): void {
    const late = this.#checked(answer);
    if (late !== undefined) {
      this.delivered(late.event, -Errno.ECANCELED);
    }
  }

  #checked(answer: unknown): FetchedEvent | undefined {
    if (answer === undefined || answer === null) {
      return undefined;
    }
    try {
      const event = answer as AfuDriverEvent;
      const data: unknown = event.data;
      if (data instanceof Uint8Array) {
        return { event, data, calls: this };
      }
      throw new TypeError('fetchEvent answers an event whose data are bytes, or undefined');
    } catch (error) {
      this.#faults.report('fetchEvent', error);
      return undefined;
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  );
}
