import { failure } from '../../errors/index.js';
import type { ReadTarget } from '../descriptor-operations.js';
import { MAX_CREDITS, type DriverEvents } from './driver-events.js';
import type { EventCopier } from './event-copier.js';
import type { GenericEvents } from './generic-events.js';

/**
 * Which event of a context is the next: that of its driver before all others, unless it is told that so many in a row are
 * enough.
 *
 * Source: Linux drivers/misc/cxl/file.c, afu_read.
 */
export class EventOrder {
  readonly #driver: DriverEvents;
  readonly #generic: GenericEvents;
  readonly #copier: EventCopier;
  readonly #starvationBound: number;
  /** Reads in a row that were about a driver's event. */
  #run = 0;
  /** How often the driver was asked in the turn of one reader. */
  #draws = 0;

  constructor(
    driver: DriverEvents,
    generic: GenericEvents,
    copier: EventCopier,
    starvationBound: number,
  ) {
    this.#driver = driver;
    this.#generic = generic;
    this.#copier = copier;
    this.#starvationBound = starvationBound;
  }

  /** Another reader comes next. */
  turned(): void {
    this.#draws = 0;
  }

  /** The next event into `target`, as {@link ReadSource.deliver}. */
  deliver(target: ReadTarget): number | Promise<unknown> {
    while (this.#driverIsNext()) {
      if (this.#draws > MAX_CREDITS) {
        return this.#deliverInstead(target);
      }
      this.#draws += 1;
      const drawn = this.#driver.draw();
      if (typeof drawn !== 'boolean') {
        return drawn;
      }
      if (drawn) {
        this.#run += 1;
        return this.#driver.deliver(target, this.#copier);
      }
    }
    return this.#deliverGeneric(target);
  }

  #driverIsNext(): boolean {
    const enough = this.#run >= this.#starvationBound && this.#generic.pending;
    return this.#driver.pending && !enough;
  }

  #deliverGeneric(target: ReadTarget): number {
    const bytes = this.#generic.deliver(target, this.#copier);
    if (bytes > 0) {
      this.#run = 0;
    }
    return bytes;
  }

  /** The driver goes on announcing events while it is asked, and has none: no read waits for the end of that. */
  #deliverInstead(target: ReadTarget): number {
    const bytes = this.#deliverGeneric(target);
    if (bytes === 0) {
      throw failure('afu.no-event', { answers: MAX_CREDITS });
    }
    return bytes;
  }
}
