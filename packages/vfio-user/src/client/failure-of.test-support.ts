import { MdevError } from '@mdevkit/core';

/** The MdevError that a promise rejects with. Throws if it does not, or with something else. */
export async function failureOf(promise: Promise<unknown>): Promise<MdevError> {
  try {
    await promise;
  } catch (error) {
    if (MdevError.is(error)) {
      return error;
    }
    throw error;
  }
  throw new Error('the promise did not reject');
}
