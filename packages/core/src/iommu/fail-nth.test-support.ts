import { expect } from 'chai';
import type { Checkpoint } from './space/requests.js';

/** What an operation does under {@link failNth}, made anew for every attempt. */
export interface FailNthCase<S> {
  /** The operation. */
  readonly operate: () => unknown;
  /** Everything that the operation could change; two of them are compared deeply. */
  readonly snapshot: () => S;
}

class Injected extends Error {}

/**
 * Runs an operation with its 1st, 2nd, 3rd … checkpoint throwing until it succeeds, as the kernel's selftests
 * do with allocations (Linux tools/testing/selftests/iommu/iommufd_fail_nth.c). After each failure the state
 * must be what it was before, and the same objects must then still be able to do the operation. Returns the
 * steps in the order in which they were reached.
 *
 * `prepare` is called for each attempt with the checkpoint to be used.
 */
export function failNth<S>(prepare: (checkpoint: Checkpoint) => FailNthCase<S>): readonly string[] {
  let expected: unknown;
  for (let nth = 1; ; nth++) {
    const steps: string[] = [];
    let isArmed = false;
    const { operate, snapshot } = prepare((step) => {
      if (isArmed) {
        steps.push(step);
        if (steps.length === nth) {
          throw new Injected(`${step}, the ${nth}. step`);
        }
      }
    });
    const before = snapshot();
    isArmed = true;
    const failed = attempt(operate);
    isArmed = false;
    if (failed === undefined) {
      expect(steps, 'an operation without checkpoints proves nothing').to.not.be.empty;
      expect(snapshot(), 'the operation changes something').to.not.deep.equal(before);
      return steps;
    }
    expect(snapshot(), `after a failure before ${failed.message}`).to.deep.equal(before);
    operate();
    const after = JSON.stringify(snapshot(), asText);
    expect(after, `repeated after a failure before ${failed.message}`).to.equal(expected ?? after);
    expected = after;
  }
}

function attempt(operate: () => unknown): Injected | undefined {
  try {
    operate();
    return undefined;
  } catch (error) {
    if (error instanceof Injected) {
      return error;
    }
    throw error;
  }
}

function asText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
