import { MdevError } from '@mdevkit/core';

/** The MdevError that `run` throws, or its promise rejects with. Throws if there is none, or another error. */
export async function failureOf(run: () => unknown): Promise<MdevError> {
  try {
    await run();
  } catch (error) {
    if (MdevError.is(error)) {
      return error;
    }
    throw error;
  }
  throw new Error('it did not fail');
}
