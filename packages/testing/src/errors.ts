import { defineReasons, type ReasonRow } from '@mdevkit/core';

/** What the tools for tests refuse, and what a fault plan does to a call; the same rows are in `docs/reference/errors.md`. */
export const testingReasons = {
  // fault
  // record
  // replay
} as const satisfies Readonly<Record<string, ReasonRow>>;

export type TestingReason = keyof typeof testingReasons;

export const failure = defineReasons<TestingReason>(testingReasons);
