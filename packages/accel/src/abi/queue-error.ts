/**
 * Why a queue stopped: its ERROR register. A queue with an error fetches nothing, has abandoned the jobs that
 * it had begun, and is used again after a reset by its CONTROL register.
 */
export const QueueError = {
  NONE: 0,
  /** It was enabled with a depth, a ring address or a vector that cannot be. */
  CONFIGURATION: 1,
  /** The tail doorbell announced more entries than the ring holds. */
  SUBMISSION_TAIL: 2,
  /** The head doorbell acknowledged entries that were never posted. */
  COMPLETION_HEAD: 3,
  /** The submission ring may not be read. */
  SUBMISSION_FAULT: 4,
  /** The completion ring may not be written. */
  COMPLETION_FAULT: 5,
} as const;

/** A value of {@link QueueError}. */
export type QueueErrorCode = (typeof QueueError)[keyof typeof QueueError];

/** One sentence for each code. */
export const queueErrorTexts: Readonly<Record<keyof typeof QueueError, string>> = {
  NONE: 'no error',
  CONFIGURATION: 'the depth, a ring address or the vector is not possible',
  SUBMISSION_TAIL: 'the submission tail is beyond the ring',
  COMPLETION_HEAD: 'the completion head is beyond what was posted',
  SUBMISSION_FAULT: 'the submission ring may not be read',
  COMPLETION_FAULT: 'the completion ring may not be written',
};

/** The sentence of a code that was read from a device; unknown codes have one, too. */
export function queueErrorText(code: number): string {
  const known = Object.entries(QueueError).find(([, value]) => value === code)?.[0];
  const texts: Readonly<Record<string, string>> = queueErrorTexts;
  return texts[known ?? ''] ?? `unknown error ${code}`;
}
