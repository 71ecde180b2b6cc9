import type { AfuDriverEvent, AfuDriverOps, CopyVerdict, FetchGuard } from './afu-driver.js';
import type { Random } from './random.test-support.js';
import { deferred, type Deferred } from './together/scripted-driver.test-support.js';

/** An event and what became of it. */
export interface TrackedEvent extends AfuDriverEvent {
  readonly id: number;
  /** Of the call that ended it. */
  end: string | undefined;
  /** Copies that reached a reader. */
  received: number;
}

/** A fetch that the schedule has not answered yet. */
interface Outstanding {
  readonly answer: Deferred<TrackedEvent | undefined>;
  /** Ends the wait for it, if there is a guard. */
  readonly giveUp: (error: Error) => void;
}

/** A driver that does whatever a driver may do or do wrong, as chance has it, and keeps the books. */
export class ScheduledDriver implements AfuDriverOps<TrackedEvent> {
  readonly events: TrackedEvent[] = [];
  readonly outstanding: Outstanding[] = [];
  readonly #random: Random;
  readonly #guarded: boolean;
  /** How the guard of the fetch that was begun just now ends. */
  #late: Deferred<never> | undefined;
  #asked = false;
  /** Told to be retried, and not ended: nothing may come before it. */
  retrying: TrackedEvent | undefined;
  fetches = 0;
  /** Answers whatever it is asked without the schedule. */
  finishing = false;
  /** Rules that the context broke. Not thrown: a driver may throw what it likes. */
  readonly violations: string[] = [];

  constructor(random: Random, guarded: boolean) {
    this.#random = random;
    this.#guarded = guarded;
  }

  /** Rejects when the schedule says so. */
  get guard(): FetchGuard | undefined {
    if (!this.#guarded) {
      return undefined;
    }
    return {
      call: async (_what, run) => {
        const late = this.#late;
        this.#late = undefined;
        if (late === undefined) {
          return run();
        }
        return Promise.race([run(), late.promise]);
      },
    };
  }

  fetchEvent(): TrackedEvent | undefined | Promise<TrackedEvent | undefined> {
    this.fetches += 1;
    if (this.#asked) {
      this.violations.push('asked for an event while it is being asked');
    }
    if (this.retrying !== undefined) {
      this.violations.push('asked for an event while one is in flight');
    }
    const random = this.#random;
    if (random.chance(35)) {
      return this.#later();
    }
    switch (random.below(12)) {
      case 0:
        throw new Error('fetch');
      case 1:
        return undefined;
      case 2:
        return { data: 'rubbish' } as unknown as TrackedEvent;
      case 3:
        return Promise.reject(new Error('fetch'));
      case 4:
        return Promise.resolve(undefined);
      case 5:
        return Promise.resolve(this.#make());
      default:
        return this.#make();
    }
  }

  eventDelivered(event: TrackedEvent, status: number): CopyVerdict | undefined {
    if (event.end !== undefined) {
      this.violations.push(`event ${event.id} ends with ${event.end} and gets ${status}`);
    }
    const random = this.#random;
    if (status === -14 && random.chance(70)) {
      this.retrying = event;
      if (random.chance(20)) {
        throw new Error('delivered');
      }
      return random.pick(['retry', undefined]);
    }
    event.end = status === -14 ? 'drop' : String(status);
    if (this.retrying === event) {
      this.retrying = undefined;
    }
    if (status !== -14 && random.chance(5)) {
      throw new Error('delivered');
    }
    return 'drop';
  }

  /** Answers one of the fetches that are under way. */
  answer(): void {
    const [fetch] = this.outstanding.splice(this.#random.below(this.outstanding.length), 1);
    if (fetch === undefined) {
      return;
    }
    if (this.#random.chance(20)) {
      fetch.answer.reject(new Error('fetch'));
    } else {
      fetch.answer.resolve(this.#random.chance(20) ? undefined : this.#make());
    }
  }

  /** The time of one of them is over. */
  giveUp(): void {
    if (this.#guarded && this.outstanding.length > 0) {
      this.#random.pick(this.outstanding).giveUp(new Error('deadline'));
    }
  }

  #later(): Promise<TrackedEvent | undefined> {
    const answer = deferred<TrackedEvent | undefined>();
    if (this.finishing) {
      answer.resolve(this.#make());
      return answer.promise;
    }
    this.#asked = true;
    const over = (): void => {
      this.#asked = false;
    };
    answer.promise.then(over, over);
    if (this.#guarded) {
      const late = deferred<never>();
      this.#late = late;
      this.outstanding.push({ answer, giveUp: late.reject });
    } else {
      this.outstanding.push({ answer, giveUp: () => undefined });
    }
    return answer.promise;
  }

  #make(): TrackedEvent {
    const id = this.events.length;
    const data = new Uint8Array(this.#random.chance(5) ? 4089 : 4 + this.#random.below(8));
    new DataView(data.buffer).setUint32(0, id, true);
    const event: TrackedEvent = { id, data, end: undefined, received: 0 };
    this.events.push(event);
    return event;
  }
}
