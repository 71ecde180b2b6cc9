import { MdevError, type Clock } from '@mdevkit/core';

/** The work did not end, not even when its devices were taken away. */
export class Hung extends Error {
  override readonly name = 'Hung';
}

/** How a piece of work ended: by itself, or because it was given up. */
export type Ending = 'done' | 'given-up';

/** How long work may take. */
export interface Patience {
  readonly clock: Clock;
  /** Before it is given up, and again before it counts as hanging. */
  readonly milliseconds: number;
  /** Asked then whether it is worth while to wait as long again. */
  readonly goesOn?: () => boolean;
}

/**
 * Waits for work; when there is no more patience has `giveUp` take away what it waits for, and then it must end, as it ends:
 * by an MdevError, most often. Rejects as the work does, or with {@link Hung}; an MdevError after giving up is what was to
 * come.
 */
export async function bounded(
  work: Promise<void>,
  { clock, milliseconds, goesOn = () => false }: Patience,
  giveUp: () => Promise<void>,
): Promise<Ending> {
  const settled = work.then(
    () => 'done' as const,
    (error: unknown) => ({ error }),
  );
  let first = await within(settled, milliseconds, clock);
  while (first === undefined && goesOn()) {
    first = await within(settled, milliseconds, clock);
  }
  if (first === 'done') {
    return first;
  }
  if (first !== undefined) {
    throw first.error as Error;
  }
  await within(giveUp(), milliseconds, clock);
  const late = await within(settled, milliseconds, clock);
  if (late === undefined) {
    throw new Hung('the work did not end although its devices were taken away');
  }
  if (late !== 'done' && !MdevError.is(late.error)) {
    throw late.error as Error;
  }
  return 'given-up';
}

/** Ends what was made for a round: that has a bound as well. */
export async function ended(
  what: string,
  end: Promise<void>,
  { clock, milliseconds }: Patience,
): Promise<void> {
  const answer = await within(
    end.then(() => 'done' as const),
    milliseconds,
    clock,
  );
  if (answer === undefined) {
    throw new Hung(`${what} did not end`);
  }
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
