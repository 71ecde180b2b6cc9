import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { trackDisposable, trackReleased } from '@mdevkit/core';
import { TextLog, withDeadline } from '../support/index.js';

const LIMIT_MS = 20_000;

const main = fileURLToPath(new URL('main.js', import.meta.resolve('@mdevkit/example-edu')));

/** How a program ended. */
export interface ProgramExit {
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
}

/** The program of `examples/edu` in a process of its own, which ends with this one at the latest. */
export class EduProgram implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  /** What it prints, errors included. */
  readonly output = new TextLog('examples/edu');

  private constructor(readonly path: string) {
    // The kernel kills it when this process is gone (prctl(2), `PR_SET_PDEATHSIG`).
    const args = ['--pdeathsig', 'KILL', '--', process.execPath, main, '--socket', path];
    this.#child = spawn('setpriv', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout?.on('data', (piece: Buffer) => this.output.append(piece));
    this.#child.stderr?.on('data', (piece: Buffer) => this.output.append(piece));
    this.#closed = once(this.#child, 'close').finally(() => this.output.end());
    this.#closed.catch(() => undefined);
    trackDisposable(this);
  }

  /** Resolves when it listens on `path`. */
  static async start(path: string): Promise<EduProgram> {
    const program = new EduProgram(path);
    try {
      await program.output.waitFor(/vfio-user-pci.*\n/, { limitMs: LIMIT_MS });
      return program;
    } catch (error) {
      await program[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Sends it a signal and waits until it has ended. */
  async stop(signal: NodeJS.Signals): Promise<ProgramExit> {
    this.#child.kill(signal);
    await withDeadline(this.#closed, LIMIT_MS, () => new Error(`examples/edu outlived ${signal}`));
    const { exitCode, signalCode } = this.#child;
    return { code: exitCode ?? undefined, signal: signalCode ?? undefined };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed.catch(() => undefined);
    trackReleased(this);
  }
}
