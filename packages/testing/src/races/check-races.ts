import { AsyncLocalStorage } from 'node:async_hooks';
import fc from 'fast-check';
import { RaceFailure } from './race-failure.js';
import { Race } from './race.js';
import { Turnstile } from './turnstile.js';
import { untilStuck } from './until-stuck.js';

export interface RaceOptions {
  /** Chooses the interleavings; 1 by default, so that a run is the same on every machine. */
  readonly seed?: number;
  /** Interleavings that are tried; 100 by default. */
  readonly runs?: number;
  /** Of a failure, with its `seed`: that interleaving is the first and only run. */
  readonly path?: string;
}

/** Decisions of one run at the most; from there on nobody is interrupted any more. */
const MAX_DECISIONS = 512;
/** More than there are actors: a choice is taken modulo those who wait. */
const MAX_CHOICE = 59;

const choices = fc.noBias(
  fc.array(fc.nat({ max: MAX_CHOICE }), { maxLength: MAX_DECISIONS, size: 'max' }),
);

/**
 * Runs `body` with many interleavings of its actors, all of them chosen by a seed. When one fails, fast-check shrinks it to
 * one with few switches, and the {@link RaceFailure} that is thrown tells seed, path and every step. A body that waits for
 * actors who cannot go on has failed, too: it is left where it is, and what it would have disposed is not.
 *
 * `body` makes all anew in each run; {@link Race.done} is called after it, if it has not done so itself. Throws a RangeError
 * for a number of runs that is none, and a TypeError where never more than one waits for a turn: no order was chosen then.
 *
 * @example
 * await checkRaces({ runs: 200 }, async (race) => {
 *   let count = 0;
 *   for (const name of ['a', 'b']) {
 *     race.actor(name, async (step) => {
 *       const seen = count;
 *       await step();
 *       count = seen + 1;
 *     });
 *   }
 *   await race.done();
 *   expect(count).to.equal(2);
 * });
 */
export async function checkRaces(
  { seed = 1, runs = 100, path }: RaceOptions,
  body: (race: Race) => Promise<void>,
): Promise<void> {
  if (!Number.isSafeInteger(runs) || runs < 1) {
    throw new RangeError(`a race is run once or more, not ${runs} times`);
  }
  const actors = new AsyncLocalStorage<string>();
  let decisions = 0;
  let failed: { readonly error: unknown; readonly steps: readonly string[] } | undefined;
  const property = fc.asyncProperty(choices, async (chosen) => {
    const turnstile = new Turnstile(chosen, actors);
    const race = new Race(turnstile);
    try {
      await untilStuck(() => body(race), race, turnstile);
      await race.done();
    } catch (error) {
      // Of those that fail, the last is what all others were shrunk to.
      failed = { error, steps: [...turnstile.steps] };
      throw error;
    } finally {
      // Nobody of this run takes part in the next one.
      await turnstile.idle();
      decisions += turnstile.decisions;
    }
  });
  try {
    const again = path === undefined ? { numRuns: runs } : { path, numRuns: 1, endOnFailure: true };
    const { numRuns, counterexamplePath } = await fc.check(property, { seed, ...again });
    if (failed !== undefined && counterexamplePath !== null) {
      const { error, steps } = failed;
      throw new RaceFailure(
        { seed, path: counterexamplePath, run: numRuns, interleaving: steps },
        error,
      );
    }
    if (decisions === 0) {
      throw new TypeError('never did two wait at once, so there was no order to choose');
    }
  } finally {
    actors.disable();
  }
}
