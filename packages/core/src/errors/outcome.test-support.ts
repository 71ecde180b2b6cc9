import { MdevError } from './mdev-error.js';

/** What a call answered: its value, or `ERRNO reason`. An error of any other class is thrown on. */
export function outcome<T>(run: () => T): T | string {
  try {
    return run();
  } catch (error) {
    return named(error);
  }
}

/** As {@link outcome}, of a promise or of a call that may throw at once. */
export async function settled<T>(run: Promise<T> | (() => T | Promise<T>)): Promise<T | string> {
  try {
    return await (typeof run === 'function' ? run() : run);
  } catch (error) {
    return named(error);
  }
}

function named(error: unknown): string {
  if (MdevError.is(error)) {
    return `${error.code} ${error.reason}`;
  }
  throw error;
}

/** Lets everything run that waits for nothing but promises. */
export async function microtasks(): Promise<void> {
  for (let i = 0; i < 50; i++) {
    await Promise.resolve();
  }
}
