import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** How a program ended and what it said. */
export interface ProgramRun {
  /** Undefined if a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Far more than any program here takes; it only keeps one that hangs from hanging the tests. */
const PROGRAM_LIMIT_MS = 60_000;

/** The limit of a test that runs a program: longer, so that the program is what is reported. */
export const PROGRAM_TEST_LIMIT_MS = PROGRAM_LIMIT_MS + 10_000;

/** Runs a compiled program in a process of its own. Rejects if it is still there after the limit. */
export async function runProgram(path: string, args: readonly string[] = []): Promise<ProgramRun> {
  const child = spawn(process.execPath, [path, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.timeout(PROGRAM_LIMIT_MS),
  });
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code: child.exitCode ?? undefined, stdout, stderr };
}
