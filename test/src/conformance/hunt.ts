import {
  conformanceGroups,
  runCheck,
  type ConformanceCheck,
  type ConformanceOptions,
  type MakeHost,
} from '@mdevkit/testing/conformance';

/** What became of one mutant. */
export interface Caught {
  /** The first check that failed; undefined if the mutant survived. */
  readonly by: string | undefined;
  readonly message: string;
}

/** Every check of the kit, in its order. */
export const allChecks: readonly ConformanceCheck[] = conformanceGroups.flatMap(
  ({ checks }) => checks,
);

/** Runs these checks until one fails. */
export async function hunt(
  makeHost: MakeHost,
  options: ConformanceOptions,
  checks: Iterable<ConformanceCheck> = allChecks,
): Promise<Caught> {
  for (const check of checks) {
    const outcome = await runCheck(check, makeHost, options);
    if (outcome.result === 'failed') {
      return { by: check.id, message: String(outcome.error) };
    }
  }
  return { by: undefined, message: '' };
}

/** The checks whose ids begin like this, in the order of `starts`. */
export function likely(starts: readonly string[]): ReadonlySet<ConformanceCheck> {
  return new Set(starts.flatMap((start) => allChecks.filter(({ id }) => id.startsWith(start))));
}

/** Every check: that with this id first, then the likely ones. */
export function inOrder(
  first: string | undefined,
  starts: readonly string[],
): ReadonlySet<ConformanceCheck> {
  const known = allChecks.filter(({ id }) => id === first);
  return new Set([...known, ...likely(starts), ...allChecks]);
}

/** What the kit says of one driver. */
export interface Tally {
  readonly passed: number;
  readonly skipped: number;
  readonly failed: readonly string[];
}

/** Runs all of the kit. */
export async function tally(makeHost: MakeHost, options: ConformanceOptions): Promise<Tally> {
  const results = { passed: 0, skipped: 0 };
  const failed: string[] = [];
  for (const check of allChecks) {
    const outcome = await runCheck(check, makeHost, options);
    if (outcome.result === 'failed') {
      failed.push(`${check.id}: ${String(outcome.error)}`);
    } else {
      results[outcome.result] += 1;
    }
  }
  return { ...results, failed };
}
