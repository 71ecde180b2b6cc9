import { MdevError } from '@mdevkit/core';

/**
 * `done`, or the code of the MdevError that a promise rejects with. Anything else that is thrown is a defect of its own, and
 * is thrown again.
 */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  return (await outcomeOf(promise)).code;
}

/** How a call ended: its code, and the rule of the core or the driver that refused it. */
export interface Outcome {
  /** `done`, or the code of the MdevError. */
  readonly code: string;
  /** Undefined if it was done. */
  readonly reason?: string;
}

/** As {@link codeOf}, with the reason. */
export async function outcomeOf(promise: Promise<unknown>): Promise<Outcome> {
  try {
    await promise;
    return { code: 'done' };
  } catch (error) {
    if (MdevError.is(error)) {
      return { code: error.code, reason: error.reason };
    }
    throw error;
  }
}

/** Whether a wait is over, without waiting. */
export function follow(promise: Promise<unknown>): { readonly isOver: boolean } {
  const followed = { isOver: false };
  const over = (): void => {
    followed.isOver = true;
  };
  promise.then(over, over);
  return followed;
}
