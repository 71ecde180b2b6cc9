import { readFile, writeFile } from 'node:fs/promises';
import { benchmarks } from './benchmarks.js';
import {
  choose,
  HELP,
  parseArguments,
  report,
  requireWritable,
  type BenchArguments,
  type Destinations,
  type Task,
} from './cli/index.js';
import { parseRun } from './compare/index.js';
import { writeDocument } from './document/index.js';
import {
  collectGarbage,
  endOfJob,
  MachineLoop,
  runAll,
  type Around,
  type Benchmark,
} from './measure/index.js';
import { plot } from './plot/index.js';
import { scaling } from './scaling/index.js';

/** What has to be there before minutes of measuring begin. */
interface Prepared extends Task {
  readonly chosen: readonly Benchmark[];
}

const around: Around = {
  begins: ({ name }) => {
    process.stderr.write(`${name} …\n`);
  },
  ended: async ({ benchmark: { name }, leftOut }) => {
    if (leftOut !== undefined) {
      process.stderr.write(`${name} is left out: ${leftOut}\n`);
    }
    // What one leaves to the collector must not cost the next.
    await endOfJob();
    collectGarbage();
  },
};

const destinations: Destinations = {
  print: (text) => {
    process.stdout.write(text);
  },
  note: (text) => {
    process.stderr.write(text);
  },
  plot: (file, outcomes) => writeFile(file, plot(outcomes.flatMap(({ results }) => results))),
  document: writeDocument,
};

/** Runs what the command line asks for. Returns the exit code. */
async function main(): Promise<number> {
  const guard = new MachineLoop();
  let prepared: Prepared;
  try {
    const asked = parseArguments(process.argv.slice(2));
    if (asked.help) {
      process.stdout.write(HELP);
      return 0;
    }
    prepared = await prepare(asked, guard);
  } catch (error) {
    process.stderr.write(`mdevkit: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  await report(prepared, await runAll(prepared.chosen, guard, around), destinations);
  return 0;
}

async function prepare(asked: BenchArguments, guard: MachineLoop): Promise<Prepared> {
  const all = [guard, ...benchmarks, ...scaling];
  const chosen = choose({ benchmarks, scaling }, asked);
  if (chosen.length === 0 && !guard.name.startsWith(asked.only)) {
    const names = all.map(({ name }) => name).join(', ');
    throw new Error(`no benchmark or measure starts with "${asked.only}"; there are ${names}`);
  }
  const { compare, plot: file } = asked;
  const before = compare === undefined ? undefined : parseRun(await readFile(compare, 'utf8'));
  if (file !== undefined) {
    await requireWritable(file);
  }
  return { asked, chosen, before, declared: all.flatMap(({ measures }) => measures) };
}

process.exitCode = await main();
