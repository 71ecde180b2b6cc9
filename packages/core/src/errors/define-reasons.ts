import { MdevError, type ErrorDetails, type ReasonRow } from './mdev-error.js';

/** Makes the error of one reason of a catalogue. */
export type ErrorFactory<R extends string> = (
  reason: R,
  details?: ErrorDetails,
  cause?: unknown,
) => MdevError;

/**
 * Declares a catalogue of reasons and returns the only way to make its errors. A package has one
 * catalogue; its rows are documented in `docs/reference/errors.md`, and a test binds the two.
 *
 * @example
 * const failure = defineReasons({ 'irq.index': { errno: 'EINVAL', text: …, source: … } });
 * throw failure('irq.index', { index: 7 });
 */
export function defineReasons<R extends string>(
  catalogue: Readonly<Record<R, ReasonRow>>,
): ErrorFactory<R> {
  return (reason, details, cause) => {
    const row = catalogue[reason];
    return new MdevError(
      row.errno,
      reason,
      row.text,
      details,
      cause === undefined ? undefined : { cause },
    );
  };
}
