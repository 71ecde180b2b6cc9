import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Link } from './link.js';
import type { ServerMode } from './server-mode.js';

/**
 * A server in a process of its own: a program that listens on two sockets, on `path` to serve and on another with a bare loop
 * ({@link listenEcho}), and says when both are there.
 */
export class ServerProcess implements AsyncDisposable {
  /** Where it serves. */
  readonly path: string;
  /** A connection to its bare loop. */
  readonly echo: Link;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(child: ChildProcess, folder: string, path: string, echo: Link) {
    this.#child = child;
    this.#folder = folder;
    this.path = path;
    this.echo = echo;
  }

  /** Starts `program`, which gets the mode and the paths of both sockets as its arguments. */
  static async start(program: string, mode: ServerMode): Promise<ServerProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'mdevkit-bench-'));
    const [path, echo] = [join(folder, 'server'), join(folder, 'echo')];
    const child = fork(program, [mode, path, echo]);
    try {
      await ready(child);
      return new ServerProcess(child, folder, path, new Link(echo, mode));
    } catch (error) {
      await end(child, folder);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.echo[Symbol.dispose]();
    await end(this.#child, this.#folder);
  }
}

async function ready(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit').then(() => {
    throw new Error('the server of the benchmark ended before it was ready');
  });
  await Promise.race([once(child, 'message'), gone]);
  // From here on it ends when it is told to.
  gone.catch(() => undefined);
}

async function end(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
  rmSync(folder, { recursive: true });
}
