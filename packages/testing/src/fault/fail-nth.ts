import { MdevError } from '@mdevkit/core';
import type { ErrnoName } from '@mdevkit/uapi';
import { FaultInjector } from './fault-injector.js';
import { describeFault } from './inject/index.js';
import type { FaultPlan, FaultPoint, FaultWhere } from './plan.js';

/** What {@link failNth} makes fail. */
export interface FailNthOptions {
  readonly at: FaultPoint;
  /** EIO without it. */
  readonly errno?: ErrnoName;
  readonly where?: FaultWhere;
  /** After each run, the one without a fault included: throws what is wrong with what the run has left. */
  readonly check?: (injector: FaultInjector) => void | Promise<void>;
  /** Runs at the most (10,000); a run whose calls never end is told by it. */
  readonly limit?: number;
}

/**
 * Walks through the ways in which a sequence of calls can fail: runs it once without a fault, then with the first, the
 * second, the third … call of a point failing, counted over all mdevs, until a run meets no call that is to fail. Answers how
 * many were failed.
 *
 * A run makes everything anew with its injector among the interposers of its host, and takes it down again. An
 * {@link MdevError} that it rejects with is an honest answer to a fault; anything else, and whatever rejects without a fault,
 * is a finding: an Error that names the call that failed, with what was thrown as its `cause`.
 *
 * Source: Linux tools/testing/selftests/iommu/iommufd_fail_nth.c.
 */
export async function failNth(
  options: FailNthOptions,
  run: (injector: FaultInjector) => Promise<void>,
): Promise<number> {
  const { check, limit = 10_000 } = options;
  for (let nth = 0; nth <= limit; nth++) {
    const injector = new FaultInjector(planFor(options, nth), { together: true });
    try {
      await run(injector);
    } catch (error) {
      if (!MdevError.is(error) || injector.injected === 0) {
        throw finding(injector, error);
      }
    }
    try {
      await check?.(injector);
    } catch (error) {
      throw finding(injector, error);
    }
    if (nth > 0 && injector.injected === 0) {
      return nth - 1;
    }
  }
  throw new Error(`fail-nth: after ${limit} runs there are still calls of ${options.at} to fail`);
}

/** `nth` 0 is the run without a fault. */
function planFor({ at, errno = 'EIO', where }: FailNthOptions, nth: number): FaultPlan {
  const narrowed = where === undefined ? {} : { where };
  const rule = { at, ...narrowed, when: { nth }, do: { fault: 'fail', errno } } as const;
  return { seed: 0, rules: nth === 0 ? [] : [rule] };
}

function finding({ log: [fault] }: FaultInjector, error: unknown): Error {
  const what = fault === undefined ? 'without a fault' : `with ${describeFault(fault)}`;
  const text = error instanceof Error ? error.message : String(error);
  return new Error(`fail-nth, ${what}: ${text}`, { cause: error });
}
