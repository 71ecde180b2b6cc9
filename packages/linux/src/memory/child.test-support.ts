import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** How a child process ended, and the last line that it printed, as JSON. */
export interface ChildEnd {
  readonly status: number | null;
  readonly signal: string | null;
  readonly said: unknown;
}

/** Runs `children/NAME.test-support.js`, so that a crash is an answer and not the end of the suite. */
export function runChild(name: string, ...parameters: readonly string[]): ChildEnd {
  const script = join(import.meta.dirname, 'children', `${name}.test-support.js`);
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    ['--expose-gc', script, ...parameters],
    { encoding: 'utf8' },
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
