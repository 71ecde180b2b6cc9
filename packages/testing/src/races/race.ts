import type { Device } from '@mdevkit/core';
import { RaceClock } from './race-clock.js';
import { RacedDevice } from './raced-device.js';
import type { Turnstile } from './turnstile.js';

/** A point where others may run. The label stands in the interleaving that a failure shows. */
export type RaceStep = (label?: string) => Promise<void>;

/**
 * One run of a race. Whoever takes part waits for turns, and the seed decides whose is next. Between two turns the code
 * runs until it waits for a turn again, or for something that another one's turn brings. It must not wait for anything from
 * outside, such as a socket or a real timer.
 */
export class Race {
  /** For the host or the model: time moves by `advance`, and what is due takes its turn. */
  readonly clock: RaceClock;
  readonly #turnstile: Turnstile;
  /** Of those who have not ended. */
  readonly #running = new Set<string>();
  readonly #errors: unknown[] = [];

  constructor(turnstile: Turnstile) {
    this.#turnstile = turnstile;
    this.clock = new RaceClock(turnstile);
  }

  /**
   * Somebody who takes part; begins with a turn. What `run` throws fails the race, and is thrown by {@link Race.done}; the
   * answer need not be awaited. Throws a TypeError for a name that is taken.
   */
  actor<T>(name: string, run: (step: RaceStep) => Promise<T>): Promise<T> {
    if (this.#running.has(name)) {
      throw new TypeError(`two actors of a race have the name ${name}`);
    }
    this.#running.add(name);
    let steps = 0;
    const step: RaceStep = (label = `step ${++steps}`) => this.#turnstile.turn(label);
    const ended = this.#turnstile.as(name, async () => {
      await this.#turnstile.turn('starts');
      return run(step);
    });
    ended.then(
      () => this.#running.delete(name),
      (error: unknown) => {
        this.#running.delete(name);
        this.#errors.push(error);
        this.#turnstile.steps.push(`${name}: fails, ${String(error)}`);
      },
    );
    return ended;
  }

  /** The same function, which waits for a turn before it begins and before it answers. */
  wrap<A extends readonly unknown[], T>(
    call: (...args: A) => Promise<T> | T,
    label = call.name,
  ): (...args: A) => Promise<T> {
    return (...args) => this.#turns(label, async () => call(...args));
  }

  /** The same device, each of whose calls waits for a turn before it is made and before it is answered. */
  device(device: Device): Device {
    return new RacedDevice(device, (label, call) => this.#turns(label, call));
  }

  /**
   * Resolves when every actor has ended. Throws what the first one threw that failed, and an Error that names those who wait
   * when nobody has a turn any more.
   */
  async done(): Promise<void> {
    await this.#turnstile.idle();
    const failure = this.failure();
    if (failure !== undefined) {
      throw failure.error;
    }
  }

  /** What is wrong, now that nobody has a turn: what an actor threw, or that some wait. */
  failure(): { readonly error: unknown } | undefined {
    const errors = [...this.#errors, ...this.#turnstile.errors];
    if (errors.length > 0) {
      return { error: errors[0] };
    }
    if (this.#running.size > 0) {
      const names = [...this.#running].join(', ');
      return { error: new Error(`nobody has a turn, and these wait: ${names}`) };
    }
    return undefined;
  }

  async #turns<T>(label: string, call: () => Promise<T>): Promise<T> {
    await this.#turnstile.turn(label);
    try {
      return await call();
    } finally {
      await this.#turnstile.turn(`${label} is answered`);
    }
  }
}
