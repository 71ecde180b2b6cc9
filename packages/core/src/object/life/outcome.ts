import type { ModelGuard } from '../../device/model-guard.js';
import { MdevError } from '../../errors/index.js';

/** What became of a handler that answered with a promise; `late` is one that has not answered when the wait for it ends. */
export type Outcome<T> =
  | { readonly kind: 'answered'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'late'; readonly error: unknown; readonly answer: Promise<T> };

/** Waits for a handler as long as the guard does. Never rejects. */
export async function outcomeOf<T>(
  guard: ModelGuard,
  what: string,
  promise: Promise<T>,
): Promise<Outcome<T>> {
  let isAnswered = false;
  const answer = (async (): Promise<T> => {
    try {
      return await promise;
    } finally {
      isAnswered = true;
    }
  })();
  try {
    return { kind: 'answered', value: await guard.settle(what, answer) };
  } catch (error) {
    // Set meanwhile, by the function above.
    return (isAnswered as boolean) ? { kind: 'failed', error } : { kind: 'late', error, answer };
  }
}

/** Waits until something is over, or the guard gives up. Never rejects. */
export async function waitAtMost(
  guard: ModelGuard,
  what: string,
  over: Promise<unknown>,
): Promise<boolean> {
  try {
    await guard.settle(what, over);
    return true;
  } catch (error) {
    if (MdevError.is(error)) {
      return false;
    }
    throw error;
  }
}
