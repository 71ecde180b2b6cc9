import { randomFill } from 'node:crypto';
import { promisify } from 'node:util';

/** More than the platform has by default. */
const THREADS = 8;
/** Turns of the event loop in which nothing happens before time is moved on; what threads do is given more. */
const PATIENT_TURNS = 200;
/** Real milliseconds, likewise: the threads of the platform (compression, files) show in no other way. */
const PATIENT_MS = 150;
/** Steps of the clock, of which each is a turn in which nothing happens, before a wait is given up: 50 s. */
const MOST_STEPS = 500;
/** Milliseconds of a step: no deadline of a host is passed in one. */
const STEP_MS = 100;

/** What a bounded wait watches. */
export interface Pulse {
  /** Changes whenever something happens. */
  readonly beat: number;
  readonly advance: (milliseconds: number) => void;
}

/** One turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Lets the threads of the platform finish what they have begun, most likely: what is asked for here waits behind it. */
export async function threadsTurn(): Promise<void> {
  const fill = promisify<Uint8Array, Uint8Array>(randomFill);
  await Promise.all(Array.from({ length: THREADS }, () => fill(new Uint8Array(1))));
}

/**
 * Waits for a promise, but not for ever: when nothing happens time is moved on, and when that does not help the wait ends
 * with an error that says `what` does not end.
 */
export async function bounded<T>(what: string, promise: Promise<T>, pulse: Pulse): Promise<T> {
  const wait = { isOver: false };
  const over = (): void => {
    wait.isOver = true;
  };
  promise.then(over, over);
  let { beat } = pulse;
  let since = performance.now();
  let idle = 0;
  let steps = 0;
  await Promise.resolve();
  while (!wait.isOver) {
    await turn();
    idle += 1;
    if (beat !== pulse.beat) {
      ({ beat } = pulse);
      since = performance.now();
      idle = 0;
      steps = 0;
    } else if (steps > MOST_STEPS) {
      throw new Error(`${what} does not end, however far the clock is moved on`);
    } else if (idle > PATIENT_TURNS && performance.now() - since > PATIENT_MS) {
      pulse.advance(STEP_MS);
      steps += 1;
    }
  }
  return promise;
}
