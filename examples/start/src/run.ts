import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import { MdevHost, nodeImporter } from '@mdevkit/core';
import type { BackingStore } from '@mdevkit/cxlflash';
import { doeJob, type DoeReport } from './doe-job.js';
import { accelJob, type AccelReport } from './accel-job.js';
import { flashJob, type FlashReport } from './flash-job.js';
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
  /** Loads the accelerator's driver; the built-in one without it. */
  readonly loadAccel?: (host: MdevHost) => Promise<unknown>;
  /** The disk of the flash AFU; one of 64 MiB in memory without it. */
  readonly flashStore?: BackingStore;
  /** What the attested device has as its firmware; the digest of the input without it. */
  readonly firmware?: (digest: Uint8Array) => Uint8Array;
}

type Job = AccelReport | FlashReport | DoeReport | FailedJob;

interface Answer {
  /** Whether all jobs are verified. */
  readonly ok: boolean;
  readonly jobs: readonly Job[];
}

interface FailedJob {
  readonly driver: 'accel' | 'cxlflash' | 'doe';
  readonly input: string;
  readonly verified: false;
  readonly reason: string;
}

/**
 * The main jobs. Returns the exit code: 0, 1 if something is not verified, 2 for a command line or an input
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
  const onProgress = (bytes: number): void => {
    progress.add(bytes);
  };
  await using host = new MdevHost({ importer: nodeImporter(import.meta.url) });
  const { loadAccel = loadBuiltIn, flashStore, firmware } = around;
  const jobs = [
    await attempt('accel', input, async () => {
      await loadAccel(host);
      return accelJob(host, input, onProgress);
    }),
    await attempt('cxlflash', input, () => flashJob(host, input, onProgress, flashStore)),
    await attempt('doe', input, () => doeJob(host, input, firmware)),
  ];
  progress.end();
  return { ok: jobs.every(({ verified }) => verified), jobs };
}

/** A job that fails leaves the others alone. */
async function attempt(
  driver: FailedJob['driver'],
  { name }: Input,
  job: () => Promise<Job>,
): Promise<Job> {
  try {
    return await job();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { driver, input: name, verified: false, reason };
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
