import { defineReasons, type ReasonRow } from '@mdevkit/core';

/** What the tools for tests refuse, and what a fault plan does to a call; the same rows are in `docs/reference/errors.md`. */
export const testingReasons = {
  // fault
  'fault.injected': {
    errno: 'EIO',
    text: 'a fault plan fails this call',
    source: 'own rule; docs/reference/fault-plans.md',
  },
  'fault.plan': {
    errno: 'EINVAL',
    text: 'the fault plan is not well formed',
    source: 'own rule; docs/reference/fault-plans.md',
  },
  // record
  'recording.format': {
    errno: 'EINVAL',
    text: 'the bytes are no recording, or it ends in the middle of an entry',
    source: 'own rule; docs/reference/recording.md',
  },
  'recording.version': {
    errno: 'EINVAL',
    text: 'the recording has a version that this reader does not know',
    source: 'own rule; docs/reference/recording.md',
  },
  // replay
} as const satisfies Readonly<Record<string, ReasonRow>>;

export type TestingReason = keyof typeof testingReasons;

export const failure = defineReasons<TestingReason>(testingReasons);
