import { randomFill } from 'node:crypto';
import { promisify } from 'node:util';

/** As many as the platform has by default. */
const THREADS = 4;
/** Turns of the event loop in which nothing happens before time is moved on; what threads do is given more. */
const PATIENT_TURNS = 100;
/** Real milliseconds, likewise: the threads of the platform (compression, files) show in no other way. */
const PATIENT_MS = 40;
/**
 * How time is moved on, step by step, while nothing happens; then a wait is given up. First 10 s, in steps in which no
 * deadline of a host is passed unseen; whoever waits for more than that waits for a while.
 */
const STEPS_MS: readonly number[] = [
  ...Array.from({ length: 100 }, () => 100),
  ...Array.from({ length: 20 }, () => 2000),
];

/** What a bounded wait watches. */
export interface Pulse {
  /** Changes whenever something happens. */
  readonly beat: number;
  /** Something is under way that ends by itself, and moves time on as it likes. */
  readonly isBusy: boolean;
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
    if (pulse.isBusy || beat !== pulse.beat) {
      ({ beat } = pulse);
      since = performance.now();
      idle = 0;
      steps = 0;
    } else if (idle > PATIENT_TURNS && performance.now() - since > PATIENT_MS) {
      const step = STEPS_MS[steps];
      if (step === undefined) {
        throw new Error(`${what} does not end, however far the clock is moved on`);
      }
      // Of a machine that is busy with other things the threads have as little as this loop.
      await threadsTurn();
      pulse.advance(step);
      steps += 1;
    }
  }
  return promise;
}
