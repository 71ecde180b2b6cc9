import { MACHINE_LOOP, type Measure, type Measurement } from '../measure/index.js';
import { compareOne, type Comparison, type Context, type Verdict } from './verdict.js';

/** What there is to measure, and what of it the run of now was asked for. */
export interface Scope {
  /** All that benchmarks declare, whether it was asked for or not. */
  readonly declared: readonly Measure[];
  /** Beginning of the names that were asked for. */
  readonly only: string;
}

/**
 * Every measure of either run, those of `now` first, each in the order of its run. What was not asked for now is left out.
 */
export function compareRuns(
  before: readonly Measurement[],
  now: readonly Measurement[],
  { declared, only }: Scope,
): readonly Comparison[] {
  const measures = new Map(declared.map((each) => [each.name, each]));
  const earlier = new Map(before.map((each) => [each.name, each]));
  const guards = guardsOf(before, now);
  const compared = now.map((each): Comparison => {
    const old = earlier.get(each.name);
    earlier.delete(each.name);
    return old === undefined
      ? unjudged({ now: each }, 'not measured')
      : judge(old, each, { against: measures.get(each.name)?.against, guards });
  });
  const left = [...earlier.values()].filter(({ name }) => name.startsWith(only));
  return [
    ...compared,
    ...left.map((each) =>
      unjudged({ before: each }, measures.has(each.name) ? 'not measured' : 'gone'),
    ),
  ];
}

function guardsOf(before: readonly Measurement[], now: readonly Measurement[]): Context['guards'] {
  const [then, today] = [before, now].map((run) => run.find(({ name }) => name === MACHINE_LOOP));
  return then === undefined || today === undefined ? undefined : [then, today];
}

/** The guard itself is what it is. */
function judge(before: Measurement, now: Measurement, context: Context): Comparison {
  if (before.unit !== now.unit) {
    return unjudged({ before, now }, 'other unit');
  }
  return compareOne(
    before,
    now,
    now.name === MACHINE_LOOP ? { ...context, guards: undefined } : context,
  );
}

function unjudged(
  { before, now }: { readonly before?: Measurement; readonly now?: Measurement },
  verdict: Verdict,
): Comparison {
  const name = (now ?? before)?.name ?? '';
  return { name, before, now, judged: undefined, by: undefined, noise: undefined, verdict };
}
