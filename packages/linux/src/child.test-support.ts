import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** How a child process ended, and the last line that it printed, as JSON. */
export interface ChildEnd {
  readonly status: number | null;
  readonly signal: string | null;
  readonly said: unknown;
}

/** How a child process runs. */
export interface ChildRun {
  /** The folder of the test, which has the script in `children/`. */
  readonly beside: string;
  readonly parameters?: readonly string[];
  /** How many descriptors it may have open (RLIMIT_NOFILE). */
  readonly descriptors?: number;
}

/** Runs `children/NAME.test-support.js`, so that a crash is an answer and not the end of the suite. */
export function runChild(name: string, run: ChildRun): ChildEnd {
  const script = join(run.beside, 'children', `${name}.test-support.js`);
  const command = [process.execPath, '--expose-gc', script, ...(run.parameters ?? [])];
  const limit = run.descriptors === undefined ? '' : `ulimit -n ${run.descriptors}; `;
  const { status, signal, stdout, stderr } = spawnSync(
    '/bin/sh',
    ['-c', `${limit}exec "$0" "$@"`, ...command],
    // Only for a child that hangs, which mocha could not end.
    { encoding: 'utf8', timeout: 15_000, killSignal: 'SIGKILL' },
  );
  if (status !== 0 && signal === null) {
    throw new Error(stderr);
  }
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  return { status, signal, said: line === '' ? undefined : JSON.parse(line) };
}

/** What a child answers to {@link runChild}. */
export function say(answer: unknown): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
