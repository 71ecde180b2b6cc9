/** What a step throws. */
export class Injected extends Error {}

/** The steps of an operation, one of which fails. */
export class Steps {
  readonly reached: string[] = [];
  #failing = 0;

  /** The operation is here. */
  readonly at = (step: string): void => {
    if (this.#failing > 0) {
      this.reached.push(step);
      if (this.reached.length === this.#failing) {
        throw new Injected(step);
      }
    }
  };

  /** Has the `nth` step from now on fail; none with 0. */
  fail(nth: number): void {
    this.#failing = nth;
  }
}

export interface FailEachCase {
  readonly operate: () => unknown;
  /** Looks at what there is after it, and gives that back. */
  readonly after: (isRefused: boolean) => Promise<void>;
}

/**
 * Runs an operation, made anew each time, with its 1st, 2nd, 3rd … step failing, until none fails; answers the steps in their
 * order.
 *
 * Source: Linux tools/testing/selftests/iommu/iommufd_fail_nth.c.
 */
export async function failEach(
  prepare: (steps: Steps) => FailEachCase | Promise<FailEachCase>,
): Promise<readonly string[]> {
  for (let nth = 1; ; nth++) {
    const steps = new Steps();
    const { operate, after } = await prepare(steps);
    steps.fail(nth);
    let isRefused = false;
    try {
      await operate();
    } catch {
      isRefused = true;
    }
    steps.fail(0);
    await after(isRefused);
    if (steps.reached.length < nth) {
      return steps.reached;
    }
  }
}
