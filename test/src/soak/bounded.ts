import type { Clock } from '@mdevkit/core';

/** The work did not end, not even when its devices were taken away. */
export class Hung extends Error {
  override readonly name = 'Hung';
}

/** How a piece of work ended: by itself, or because it was given up. */
export type Ending = 'done' | 'given-up';

/**
 * Waits for work; after `patienceMs` has `giveUp` take away what it waits for, and then it must end. Rejects as the work does,
 * or with {@link Hung}.
 */
export async function bounded(
  work: Promise<void>,
  patienceMs: number,
  giveUp: () => Promise<void>,
  clock: Clock,
): Promise<Ending> {
  const settled = work.then(
    () => 'done' as const,
    (error: unknown) => ({ error }),
  );
  const first = await within(settled, patienceMs, clock);
  if (first === undefined) {
    await within(giveUp(), patienceMs, clock);
    if ((await within(settled, patienceMs, clock)) === undefined) {
      throw new Hung('the work did not end although its devices were taken away');
    }
    return 'given-up';
  }
  if (first !== 'done') {
    throw first.error as Error;
  }
  return first;
}

/** Undefined if it takes longer. */
function within<T>(work: Promise<T>, milliseconds: number, clock: Clock): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = clock.schedule(milliseconds, () => {
      resolve(undefined);
    });
    work.then(resolve, reject).finally(() => {
      timer[Symbol.dispose]();
    });
  });
}
