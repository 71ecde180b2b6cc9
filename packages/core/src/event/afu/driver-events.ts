import { CXL_EVENT_AFU_DRIVER, CXL_READ_MIN_SIZE, CxlEventHeader, Errno } from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';
import type { ReadTarget } from '../descriptor-operations.js';
import {
  checkDriverOps,
  type AfuContext,
  type AfuDriverOps,
  type FetchGuard,
} from './afu-driver.js';
import { DriverCalls, type FetchedEvent } from './driver-calls.js';
import type { DriverFaults } from './driver-faults.js';
import type { EventCopier } from './event-copier.js';

/** Events that a driver may have announced for one context and nobody has read. */
export const MAX_CREDITS = 2 ** 20;

/** Answers without an event, in a row, after which a context that is freed asks no more. */
const PATIENCE = 64;

/**
 * The driver's part of a context: how many events were announced (credits), and the one that was fetched and has not ended
 * (in flight). Every event that was fetched gets one call of eventDelivered that ends it, on every way.
 *
 * Source: Linux drivers/misc/cxl/file.c, afu_read, afu_driver_event_copy; api.c, cxl_context_events_pending.
 */
export class DriverEvents {
  readonly #context: AfuContext;
  readonly #faults: DriverFaults;
  readonly #guard: FetchGuard | undefined;
  readonly #answeredLate: () => void;
  #calls: DriverCalls | undefined;
  #credits = 0;
  #inFlight: FetchedEvent | undefined;
  /** The driver is being asked for an event. */
  #drawing = false;
  /** The event in flight is being copied, or its driver is being told that it could not be. */
  #attempting = false;
  #freed: Promise<void> | undefined;
  #endFree: () => void = () => undefined;
  #draining = false;
  #barren = 0;

  /** @param answeredLate - told when a driver has answered for which nobody waited any more, and can be asked again */
  constructor(
    context: AfuContext,
    faults: DriverFaults,
    guard: FetchGuard | undefined,
    answeredLate: () => void,
  ) {
    this.#context = context;
    this.#faults = faults;
    this.#guard = guard;
    this.#answeredLate = answeredLate;
  }

  /** Whether there is something for readers: nothing while the driver is late. */
  get pending(): boolean {
    return this.#freed === undefined && !this.#isLate && this.#hasEvents;
  }

  set(ops: AfuDriverOps): void {
    checkDriverOps(ops);
    this.#refuseBusy();
    this.#calls = new DriverCalls(
      ops,
      this.#context,
      this.#faults,
      this.#guard,
      this.#answeredLate,
    );
  }

  unset(): void {
    this.#refuseBusy();
    this.#calls = undefined;
  }

  announce(newEvents: number): void {
    if (!Number.isInteger(newEvents) || newEvents < 0) {
      throw failure('afu.notify-count', { newEvents });
    }
    if (this.#calls === undefined) {
      throw failure('afu.no-driver');
    }
    if (this.#credits + newEvents > MAX_CREDITS) {
      throw failure('afu.credits', { newEvents, credits: this.#credits, most: MAX_CREDITS });
    }
    this.#credits += newEvents;
  }

  /**
   * Makes sure that an event is in flight, for a credit; false if the driver had none, or if the context was freed
   * meanwhile. Its callers take turns, and do not call it while the driver is late.
   */
  draw(): boolean | Promise<boolean> {
    if (this.#inFlight !== undefined) {
      return true;
    }
    if (this.#calls === undefined) {
      return false;
    }
    this.#drawing = true;
    const fetched = this.#calls.fetch();
    return fetched instanceof Promise
      ? fetched.then((event) => this.#drawn(event))
      : this.#drawn(fetched);
  }

  /** Copies the event in flight. Returns its bytes, 0 if there is none. Throws EMSGSIZE and EFAULT. */
  deliver(target: ReadTarget, copier: EventCopier): number {
    const fetched = this.#inFlight;
    if (fetched === undefined) {
      return 0;
    }
    const size = CxlEventHeader.size + fetched.data.length;
    if (size > CXL_READ_MIN_SIZE) {
      this.#end(fetched, -Errno.EINVAL);
      throw failure('afu.event-size', { size, most: CXL_READ_MIN_SIZE });
    }
    this.#attempting = true;
    try {
      copier.copy(target, CXL_EVENT_AFU_DRIVER, fetched.data);
      this.#end(fetched, 0);
    } catch (error) {
      this.#copyFailed(fetched);
      throw error;
    } finally {
      this.#attempting = false;
      if (this.#freed !== undefined) {
        this.#drain();
      }
    }
    return size;
  }

  /**
   * Ends with -ECANCELED what is in flight, and what was announced, which is fetched for that unless the driver is late.
   * Resolves when all of it has ended; does not reject.
   */
  free(): Promise<void> {
    if (this.#freed === undefined) {
      this.#freed = new Promise((resolve) => {
        this.#endFree = resolve;
      });
      if (!this.#attempting && this.#inFlight !== undefined) {
        this.#end(this.#inFlight, -Errno.ECANCELED);
      }
      this.#drain();
    }
    return this.#freed;
  }

  /** An answer of the driver has come: its credit is used up, whatever it is. */
  #drawn(fetched: FetchedEvent | undefined): boolean {
    this.#drawing = false;
    this.#credits -= 1;
    if (this.#freed === undefined) {
      this.#inFlight = fetched;
      return fetched !== undefined;
    }
    this.#barren = fetched === undefined ? this.#barren + 1 : 0;
    fetched?.calls.delivered(fetched.event, -Errno.ECANCELED);
    this.#drain();
    return false;
  }

  /** Whoever is in the middle of something calls this again when it is over. */
  #drain(): void {
    if (this.#draining || this.#drawing || this.#attempting) {
      return;
    }
    this.#draining = true;
    while (this.#credits > 0 && this.#barren < PATIENCE && !this.#isLate) {
      if (this.draw() instanceof Promise) {
        this.#draining = false;
        return;
      }
    }
    this.#draining = false;
    this.#credits = 0;
    this.#endFree();
  }

  #copyFailed(fetched: FetchedEvent): void {
    if (fetched.calls.delivered(fetched.event, -Errno.EFAULT) === 'drop') {
      this.#inFlight = undefined;
    } else if (this.#freed !== undefined) {
      this.#end(fetched, -Errno.ECANCELED);
    }
  }

  #end({ calls, event }: FetchedEvent, status: number): void {
    this.#inFlight = undefined;
    calls.delivered(event, status);
  }

  get #hasEvents(): boolean {
    return this.#credits > 0 || this.#inFlight !== undefined;
  }

  get #isLate(): boolean {
    return this.#calls?.isLate === true;
  }

  #refuseBusy(): void {
    const isLate = this.#isLate;
    if (this.#hasEvents || isLate) {
      throw failure('afu.driver-busy', {
        credits: this.#credits,
        inFlight: this.#inFlight !== undefined || isLate,
      });
    }
  }
}
