import { Bench } from './bench/index.js';
import type { ConformanceCheck } from './check.js';
import type { ConformanceOptions, MakeHost } from './make-host.js';

/** What came of a check. */
export type CheckOutcome =
  | { readonly result: 'passed' }
  | { readonly result: 'skipped'; readonly why: string }
  | { readonly result: 'failed'; readonly error: unknown };

/** Runs one check on a bench of its own. Never rejects. */
export async function runCheck(
  check: ConformanceCheck,
  makeHost: MakeHost,
  options: ConformanceOptions = {},
): Promise<CheckOutcome> {
  try {
    await using bench = await Bench.start(makeHost, options);
    const why = await check.without?.(bench);
    if (why !== undefined) {
      return { result: 'skipped', why };
    }
    await check.run(bench);
    return { result: 'passed' };
  } catch (error) {
    return { result: 'failed', error };
  }
}
