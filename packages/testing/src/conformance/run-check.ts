import { Bench } from './bench/index.js';
import type { ConformanceCheck } from './check.js';
import type { ConformanceOptions, MakeHost } from './make-host.js';

/** What came of a check. */
export type CheckOutcome =
  | { readonly result: 'passed' }
  | { readonly result: 'skipped'; readonly why: string }
  | { readonly result: 'failed'; readonly error: unknown };

/** Runs one check on a bench of its own. Never rejects, and always ends: a check that hangs has failed. */
export async function runCheck(
  check: ConformanceCheck,
  makeHost: MakeHost,
  options: ConformanceOptions = {},
): Promise<CheckOutcome> {
  let outcome: CheckOutcome | undefined;
  try {
    const bench = await Bench.start(makeHost, options);
    outcome = await runOn(bench, check);
    await bench[Symbol.asyncDispose]();
    if (outcome.result === 'passed') {
      bench.requireNothingLeft();
    }
    return outcome;
  } catch (error) {
    return outcome?.result === 'failed' ? outcome : { result: 'failed', error };
  }
}

async function runOn(bench: Bench, check: ConformanceCheck): Promise<CheckOutcome> {
  try {
    const why = await bench.within(check.id, Promise.resolve(check.without?.(bench)));
    if (why !== undefined) {
      return { result: 'skipped', why };
    }
    await bench.within(check.id, check.run(bench));
    return { result: 'passed' };
  } catch (error) {
    return { result: 'failed', error };
  }
}
