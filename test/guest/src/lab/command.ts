import { spawn } from 'node:child_process';
import { buffer, text } from 'node:stream/consumers';
import { LabError } from './lab-error.js';

/** A program with the arguments and the environment that it always gets. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** How many lines of what a program said an error repeats. */
const TAIL_LINES = 20;

/** The same program with more arguments. */
export function withArguments(command: Command, ...more: readonly string[]): Command {
  return { ...command, args: [...command.args, ...more] };
}

/**
 * Runs a command to its end and gives its standard output.
 *
 * @throws LabError if the program is missing, is still there after `limitMs`, or does not end with 0
 */
export async function run(command: Command, limitMs: number): Promise<Buffer> {
  const child = spawn(command.file, command.args, {
    env: { ...process.env, ...command.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.timeout(limitMs),
    killSignal: 'SIGKILL',
  });
  let error: unknown;
  child.once('error', (reason) => {
    error = reason;
  });
  const [stdout, stderr] = await Promise.all([
    buffer(child.stdout),
    text(child.stderr),
    // Comes in any case, even if the program is missing. `once` of Node would fail with the error.
    new Promise((resolve) => child.once('close', resolve)),
  ]);
  if (error !== undefined || child.exitCode !== 0) {
    const why = error instanceof Error ? error.message : exitOf(child.exitCode, child.signalCode);
    const said = `${stdout.toString()}${stderr}`.trimEnd().split('\n').slice(-TAIL_LINES);
    throw new LabError(`${[command.file, ...command.args].join(' ')}: ${why}`, said.join('\n'));
  }
  return stdout;
}

function exitOf(code: number | null, signal: NodeJS.Signals | null): string {
  return code === null ? `ended by ${signal ?? 'a signal'}` : `ended with ${code}`;
}
