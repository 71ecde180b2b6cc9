import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import { MdevHost, nodeImporter } from '@mdevkit/core';
import { accelJob, type JobReport } from './accel-job.js';
import { fileInput, folderInput, InputError, type Input } from './input.js';
import { parseOptions, usage, type Options } from './options.js';
import { Progress, type Output } from './progress.js';
import { jobTable } from './report.js';

/** The folder that the repository is in. */
const repository = fileURLToPath(new URL('../../../', import.meta.url));

export interface Surroundings {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Where relative inputs are looked for. */
  readonly cwd: string;
  /** Loads the drivers; the built-in ones without it. */
  readonly loadDrivers?: (host: MdevHost) => Promise<unknown>;
}

type Answer =
  | { readonly ok: true; readonly jobs: readonly JobReport[] }
  | {
      readonly ok: false;
      readonly jobs: readonly (JobReport | FailedJob)[];
    };

interface FailedJob {
  readonly driver: 'accel';
  readonly input: string;
  readonly verified: false;
  readonly reason: string;
}

/**
 * The main job. Returns the exit code: 0, 1 if something is not verified, 2 for a command line or an input
 * that is no good.
 */
export async function run(args: readonly string[], around: Surroundings): Promise<number> {
  let options: Options;
  let input: Input;
  try {
    options = parseOptions(args);
    if (options.help) {
      around.stdout.write(usage);
      return 0;
    }
    input = await openInput(options, around.cwd);
  } catch (error) {
    if (error instanceof InputError || error instanceof TypeError) {
      around.stderr.write(`mdevkit: ${error.message}\n`);
      return 2;
    }
    throw error;
  }
  const answer = await work(input, around);
  if (options.json) {
    around.stdout.write(`${JSON.stringify(answer)}\n`);
  } else {
    show(answer, around);
  }
  return answer.ok ? 0 : 1;
}

function openInput({ input }: Options, cwd: string): Promise<Input> {
  return input === undefined
    ? folderInput(repository, 'the sources of this repository')
    : fileInput(resolve(cwd, input), input);
}

async function work(input: Input, around: Surroundings): Promise<Answer> {
  const progress = new Progress(around.stderr);
  await using host = new MdevHost({ importer: nodeImporter(import.meta.url) });
  try {
    await (around.loadDrivers ?? loadBuiltIn)(host);
    const job = await accelJob(host, input, (bytes) => {
      progress.add(bytes);
    });
    return { ok: job.verified, jobs: [job] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, jobs: [{ driver: 'accel', input: input.name, verified: false, reason }] };
  } finally {
    progress.end();
  }
}

function loadBuiltIn(host: MdevHost): Promise<unknown> {
  return host.loadPackage('@mdevkit/accel');
}

function show(answer: Answer, around: Surroundings): void {
  for (const job of answer.jobs) {
    if ('sha256' in job) {
      around.stdout.write(`${jobTable(job)}\n`);
    } else {
      around.stderr.write(`mdevkit: ${job.input}: ${job.reason}\n`);
    }
  }
}
