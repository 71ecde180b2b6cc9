import { compareRuns, comparisonTable } from '../compare/index.js';
import type { Measure, Measurement, Outcome } from '../measure/index.js';
import { table } from '../report/index.js';
import type { BenchArguments } from './arguments.js';
import { shownOf } from './choose.js';

/** What was asked for, and what a comparison needs. */
export interface Task {
  readonly asked: BenchArguments;
  /** The former run. */
  readonly before: readonly Measurement[] | undefined;
  /** All that can be measured. */
  readonly declared: readonly Measure[];
}

/** Where a report goes. */
export interface Destinations {
  /** To the output that a program may read. */
  print(text: string): void;
  /** To the user beside it. */
  note(text: string): void;
  plot(file: string, outcomes: readonly Outcome[]): Promise<void>;
  document(outcomes: readonly Outcome[]): Promise<void>;
}

/** Tells what was measured. Printed first: files can fail, and the run took minutes. */
export async function report(
  { asked, before, declared }: Task,
  outcomes: readonly Outcome[],
  to: Destinations,
): Promise<void> {
  const results = outcomes.flatMap((outcome) => {
    const shown = shownOf(outcome.benchmark, asked.only);
    return outcome.results.filter(({ name }) => shown.includes(name));
  });
  to.print(`${asked.json ? JSON.stringify(results) : table(results)}\n`);
  if (before !== undefined) {
    const compared = compareRuns(before, results, { declared, only: asked.only });
    const text = `\n${comparisonTable(compared)}\n`;
    if (asked.json) {
      to.note(text);
    } else {
      to.print(text);
    }
  }
  if (asked.plot !== undefined) {
    await to.plot(asked.plot, outcomes);
  }
  if (asked.document) {
    await to.document(outcomes);
  }
}
