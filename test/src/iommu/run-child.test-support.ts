import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';

/** Only keeps a child that hangs from hanging the tests. */
const LIMIT_MS = 15_000;

/** How a child process ended, and what it said. */
export interface ChildEnd {
  readonly status: number | null;
  readonly signal: string | null;
  readonly said: unknown;
}

function scriptOf(name: string): string {
  return join(import.meta.dirname, 'children', `${name}.test-support.js`);
}

/** Runs `children/NAME.test-support.js`, so that a crash is an answer and not the end of the suite. */
export function runChild(name: string, ...parameters: readonly string[]): ChildEnd {
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    [scriptOf(name), ...parameters],
    { encoding: 'utf8', timeout: LIMIT_MS },
  );
  if (status !== 0 && signal === null) {
    throw new Error(stderr);
  }
  return { status, signal, said: stdout === '' ? undefined : JSON.parse(stdout) };
}

/** A child process that answers a line for each line, and has a descriptor of ours as its number 3. */
export class AnsweringChild implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #input: Writable;
  readonly #answers: AsyncIterator<string, undefined>;

  constructor(name: string, fd: number) {
    this.#child = spawn(process.execPath, [scriptOf(name)], {
      stdio: ['pipe', 'pipe', 'inherit', fd],
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    this.#input = this.#child.stdin!;
    const input = this.#child.stdout!;
    this.#answers = createInterface({ input })[Symbol.asyncIterator]() as AsyncIterator<
      string,
      undefined
    >;
  }

  /** The next answer, as JSON. */
  async ask(question: unknown): Promise<unknown> {
    this.#input.write(`${JSON.stringify(question)}\n`);
    const { value } = await this.#answers.next();
    if (value === undefined) {
      throw new Error('the child ended without an answer');
    }
    return JSON.parse(value);
  }

  /** Asks it to end, and waits for that; answers its exit code. */
  async end(): Promise<number | null> {
    const closed = once(this.#child, 'close');
    this.#input.end();
    await closed;
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      await this.end();
    }
  }
}
