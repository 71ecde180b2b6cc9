import { MdevError } from '@mdevkit/core';

/** A step of taking something down: what is gone, or was never there, needs none. */
export async function unlessGone(step: Promise<unknown>): Promise<void> {
  try {
    await step;
  } catch (error) {
    if (!MdevError.is(error)) {
      throw error;
    }
  }
}
