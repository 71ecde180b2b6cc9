import type { Race } from './race.js';
import { settled, type Turnstile } from './turnstile.js';

/** Looks in a row that find nothing under way. */
const LOOKS = 3;

/**
 * Runs the body of a race and resolves with it. Throws what an actor threw, or who waits, when nobody has a turn any more
 * and the body does not end all the same: it waits for them. A body may wait for something from outside, such as a file,
 * before its actors can go on: whatever keeps the process busy, and did not when the body began, counts as such.
 *
 * Only looks: the turns are the same without it.
 */
export async function untilStuck(
  body: () => Promise<void>,
  race: Race,
  turnstile: Turnstile,
): Promise<void> {
  const outside = new Outside();
  const ended = body();
  const state = { isOver: false };
  const over = (): void => {
    state.isOver = true;
  };
  ended.then(over, over);
  for (let looks = 0; !state.isOver && looks < LOOKS;) {
    await settled();
    const isBusy = outside.isBusier();
    looks = turnstile.isIdle && race.failure() !== undefined && !isBusy ? looks + 1 : 0;
  }
  const failure = state.isOver ? undefined : race.failure();
  if (failure !== undefined) {
    throw failure.error;
  }
  await ended;
}

/** What keeps the process alive, by its kind, and how much of it has been there all the time. */
class Outside {
  readonly #always = underWay();

  /** Whether there is something now that was not always there. */
  isBusier(): boolean {
    const now = underWay();
    for (const [kind, count] of this.#always) {
      this.#always.set(kind, Math.min(count, now.get(kind) ?? 0));
    }
    return [...now].some(([kind, count]) => count > (this.#always.get(kind) ?? 0));
  }
}

function underWay(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}
