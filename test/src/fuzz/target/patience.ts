import type { ManualClock } from '@mdevkit/core';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { FuzzFailure } from './fuzz-failure.js';

const MOST_ROUNDS = 1000;

/** Lets everything run that waits for nothing but promises. */
export async function microtasks(): Promise<void> {
  for (let i = 0; i < 12; i++) {
    await Promise.resolve();
  }
}

/** Lets time pass until it is done. Throws FuzzFailure if it never is, and what it rejects with. */
export async function patiently(
  clock: ManualClock,
  what: string,
  work: Promise<void>,
): Promise<void> {
  const ends: true[] = [];
  const end = (): void => void ends.push(true);
  work.then(end, end);
  for (let round = 0; ; round++) {
    await microtasks();
    if (ends.length > 0) {
      return work;
    }
    if (round > MOST_ROUNDS) {
      throw new FuzzFailure(`${what} never ends`);
    }
    clock.advance(round < 3 ? 0 : 500);
    if (round % 4 === 3) {
      await turnOfTheLoop();
    }
  }
}
