import type { Action, Sequence } from '../sequence/index.js';
import { runSequence, Target } from '../target/index.js';

/** Runs at the most, so that a failure is told soon. */
const MOST_RUNS = 400;

/** With everything new: a failure leaves things behind. Its error with all of its stack, or undefined if there is none. */
export async function failAgain(sequence: Sequence): Promise<unknown> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 30;
  const target = await Target.open();
  try {
    await runSequence(target, sequence);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    await target[Symbol.asyncDispose]();
  }
}

/** Leaves out what is not needed for the failure, as long as the sequence still fails in the same way. */
export async function minimise(sequence: Sequence, error: unknown): Promise<Sequence> {
  const kind = kindOf(error);
  let smallest = sequence;
  let runs = 0;
  for (let size = Math.ceil(sequence.actions.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < smallest.actions.length && runs < MOST_RUNS;) {
      const shorter = without(smallest, start, size);
      runs++;
      if (kindOf(await failAgain(shorter)) === kind) {
        smallest = shorter;
      } else {
        start += size;
      }
    }
  }
  return smallest;
}

function without(sequence: Sequence, start: number, count: number): Sequence {
  const actions: readonly Action[] = sequence.actions.filter(
    (_, index) => index < start || index >= start + count,
  );
  return { ...sequence, actions };
}

/** The words of an error without its numbers. */
function kindOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/[:;].*/s, '').replaceAll(/\d+/g, '');
}
