import { MdevError } from '../errors/index.js';

/**
 * Runs the steps of taking something down, one after the other and all of them, whatever some of them throw. Throws the first
 * error at the end.
 */
export async function takeDown(...steps: readonly (() => unknown)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) {
    throw errors[0];
  }
}

/** Waits for the end of all of them, and throws the first error then. */
export async function settleAll(promises: Iterable<Promise<unknown>>): Promise<void> {
  const results = await Promise.allSettled(promises);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    throw failed.reason;
  }
}

/** A step of taking something down on a device: what is gone, or was never there, needs none. */
export async function unlessGone(step: Promise<unknown>): Promise<void> {
  try {
    await step;
  } catch (error) {
    if (!MdevError.is(error)) {
      throw error;
    }
  }
}
