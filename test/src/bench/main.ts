import { readFile, writeFile } from 'node:fs/promises';
import { benchmarks } from './benchmarks.js';
import { choose, HELP, parseArguments, shownOf, type BenchArguments } from './cli/index.js';
import { compareRuns, comparisonTable, parseRun } from './compare/index.js';
import { writeDocument } from './document/index.js';
import {
  collectGarbage,
  endOfJob,
  runBenchmark,
  type Benchmark,
  type Measurement,
  type Outcome,
} from './measure/index.js';
import { plot } from './plot/index.js';
import { table } from './report/index.js';
import { scaling } from './scaling/index.js';

/** What is asked for, and what has to be there before minutes of measuring begin. */
interface Task {
  readonly asked: BenchArguments;
  readonly chosen: readonly Benchmark[];
  readonly before: readonly Measurement[] | undefined;
}

/** Runs what the command line asks for. Returns the exit code. */
async function main(): Promise<number> {
  let task: Task;
  try {
    const asked = parseArguments(process.argv.slice(2));
    if (asked.help) {
      process.stdout.write(HELP);
      return 0;
    }
    task = { asked, chosen: chosenBy(asked), before: await runBefore(asked) };
  } catch (error) {
    process.stderr.write(`mdevkit: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  const outcomes: Outcome[] = [];
  for (const benchmark of task.chosen) {
    outcomes.push(await measured(benchmark));
  }
  await report(task, outcomes);
  return 0;
}

function chosenBy(asked: BenchArguments): readonly Benchmark[] {
  const chosen = choose({ benchmarks, scaling }, asked);
  if (chosen.length === 0) {
    const names = [...benchmarks, ...scaling].map(({ name }) => name).join(', ');
    throw new Error(`no benchmark or measure starts with "${asked.only}"; there are ${names}`);
  }
  return chosen;
}

async function runBefore({ compare }: BenchArguments): Promise<Task['before']> {
  return compare === undefined ? undefined : parseRun(await readFile(compare, 'utf8'));
}

async function measured(benchmark: Benchmark): Promise<Outcome> {
  process.stderr.write(`${benchmark.name} …\n`);
  const outcome = await runBenchmark(benchmark);
  if (outcome.leftOut !== undefined) {
    process.stderr.write(`${benchmark.name} is left out: ${outcome.leftOut}\n`);
  }
  // What one leaves to the collector must not cost the next.
  await endOfJob();
  collectGarbage();
  return outcome;
}

async function report({ asked, before }: Task, outcomes: readonly Outcome[]): Promise<void> {
  const results = outcomes.flatMap((outcome) => {
    const shown = shownOf(outcome.benchmark, asked.only);
    return outcome.results.filter(({ name }) => shown.includes(name));
  });
  if (asked.plot !== undefined) {
    await writeFile(asked.plot, plot(outcomes.flatMap((outcome) => outcome.results)));
  }
  if (asked.document) {
    await writeDocument(outcomes);
  }
  process.stdout.write(`${asked.json ? JSON.stringify(results) : table(results)}\n`);
  if (before !== undefined) {
    const compared = `\n${comparisonTable(compareRuns(before, results, asked.only))}\n`;
    (asked.json ? process.stderr : process.stdout).write(compared);
  }
}

process.exitCode = await main();
