import { MdevError } from '@mdevkit/core';

/** What a call answers, or the reason of its error. An error of any other class is thrown on. */
export function named<T>(run: () => T): T | string {
  try {
    return run();
  } catch (error) {
    return reasonOf(error);
  }
}

/** As {@link named}, of a promise. */
export async function settled<T>(promise: Promise<T>): Promise<T | string> {
  try {
    return await promise;
  } catch (error) {
    return reasonOf(error);
  }
}

function reasonOf(error: unknown): string {
  if (MdevError.is(error)) {
    return error.reason;
  }
  throw error;
}
