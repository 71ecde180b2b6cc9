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
  readonly #answeredLate: () => void;
  #isLate = false;

  constructor(
    ops: AfuDriverOps,
    context: AfuContext,
    faults: DriverFaults,
    guard: FetchGuard | undefined,
    answeredLate: () => void,
  ) {
    this.#ops = ops;
    this.#context = context;
    this.#faults = faults;
    this.#guard = guard;
    this.#answeredLate = answeredLate;
  }

  /** The wait for an answer was given up, and the driver may still be at it. */
  get isLate(): boolean {
    return this.#isLate;
  }

  /** Asks for an event; undefined for none, for a failure, and for an answer that is no event. Not while it is late. */
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

  #wait(answer: Promise<unknown>): Promise<FetchedEvent | undefined> {
    const fetched = answer.then(
      (event) => this.#checked(event),
      (error: unknown) => {
        this.#faults.report('fetchEvent', error);
        return undefined;
      },
    );
    return this.#guard === undefined ? fetched : this.#guarded(this.#guard, fetched);
  }

  /** @param fetched - does not reject: what does is the guard */
  async #guarded(
    guard: FetchGuard,
    fetched: Promise<FetchedEvent | undefined>,
  ): Promise<FetchedEvent | undefined> {
    try {
      return await guard.call('fetchEvent', () => fetched);
    } catch (error) {
      this.#faults.report('fetchEvent', error);
      this.#isLate = true;
      void fetched.then((late) => {
        this.#cancelLate(late);
      });
      return undefined;
    }
  }

  /** The reader that it was fetched for is gone, and its credit was used up. */
  #cancelLate(late: FetchedEvent | undefined): void {
    if (late !== undefined) {
      this.delivered(late.event, -Errno.ECANCELED);
    }
    // Not before: the event was in flight until now.
    this.#isLate = false;
    this.#answeredLate();
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
