import type { Tally } from './tally.js';
import { quantities, quantityNames, type Quantity } from './watch/quantities.js';
import type { Verdicts } from './watch/watch.js';

/** What a soak came to. */
export interface SoakReport {
  readonly seed: number;
  readonly only: readonly string[] | undefined;
  readonly minutes: number;
  readonly rounds: number;
  readonly tally: Tally;
  readonly verdicts: Verdicts;
  /** By class, what was alive at the end. */
  readonly live: ReadonlyMap<string, number>;
  /** Rejections that nobody handled. */
  readonly stray: readonly string[];
}

/** 0 for a clean run. */
export function problemsOf({ tally, verdicts, stray }: SoakReport): number {
  const growing = quantityNames.filter((name) => verdicts[name].verdict === 'grows');
  return tally.problems.length + growing.length + stray.length;
}

/** Whether the run was long enough for every verdict. */
function isWhole({ verdicts }: SoakReport): boolean {
  return quantityNames.every((name) => verdicts[name].verdict !== 'too short to tell');
}

export function reportLines(report: SoakReport): string[] {
  const { tally, verdicts, seed, minutes, rounds } = report;
  const problems = problemsOf(report);
  return [
    `soak: ${rounds} rounds in ${minutes.toFixed(1)} minutes, seed ${seed}`,
    '',
    ...[...tally.loads]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([name, { rounds: run, refused, givenUp, done }]) =>
          `${name.padEnd(22)} ${run} rounds, ${refused} refused, ${givenUp} given up; ${counts(done)}`,
      ),
    '',
    `faults injected: ${counts(tally.faults)}`,
    `errors: ${counts(tally.errors)}`,
    '',
    ...quantityNames.map((name) => {
      const { start, end, slope, verdict } = verdicts[name];
      const { title, unit } = quantities[name];
      const change = `${readable(slope, unit)} a minute`;
      return `${title.padEnd(28)} ${readable(start, unit)} to ${readable(end, unit)}, ${change}: ${verdict}`;
    }),
    ...(verdicts.disposables.verdict !== 'grows' ? [] : [`alive: ${counts(report.live)}`]),
    ...tally.problems.map(
      ({ load, way, faults, round, error }) =>
        `\nproblem in round ${round} (${load}, ${way}, faults: ${faults}): ${error}\nagain: ${again(report, round)}`,
    ),
    ...report.stray.map((error) => `\nnobody handled: ${error}`),
    '',
    problems > 0
      ? `${problems} problems`
      : isWhole(report)
        ? 'clean'
        : 'no problems; too short to tell whether it stays flat',
  ];
}

/** The command that runs a round again. */
function again({ seed, only }: SoakReport, round: number): string {
  const loads = (only ?? []).map((name) => ` --only ${name}`).join('');
  return `npm run soak -- --seed ${seed}${loads} --first ${round} --rounds 1`;
}

export function reportJson(report: SoakReport): string {
  const { tally, live, ...rest } = report;
  return JSON.stringify({
    ...rest,
    loads: Object.fromEntries(
      [...tally.loads].map(([name, { done, ...numbers }]) => [
        name,
        { ...numbers, done: Object.fromEntries(done) },
      ]),
    ),
    faults: Object.fromEntries(tally.faults),
    errors: Object.fromEntries(tally.errors),
    problems: tally.problems,
    live: Object.fromEntries(live),
    clean: problemsOf(report) === 0 && isWhole(report),
  });
}

function counts(of: ReadonlyMap<string, number>): string {
  const sorted = [...of].sort(([, a], [, b]) => b - a);
  return sorted.length === 0 ? 'none' : sorted.map(([name, n]) => `${name} ${n}`).join(', ');
}

function readable(value: number, unit: Quantity['unit']): string {
  switch (unit) {
    case 'B':
      return `${(value / 2 ** 20).toFixed(2)} MiB`;
    case 'ns':
      return `${(value / 1000).toFixed(1)} µs`;
    case '':
      return value.toFixed(Number.isInteger(value) ? 0 : 2);
  }
}
