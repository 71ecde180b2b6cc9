import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Link } from './link.js';
import { introduce } from './messages.js';
import type { ServerMode } from './shared.js';

/** A server process with a connection to its device, and one to its bare loop. */
export class Peers implements AsyncDisposable {
  readonly device: Link;
  readonly echo: Link;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(child: ChildProcess, folder: string, device: Link, echo: Link) {
    this.#child = child;
    this.#folder = folder;
    this.device = device;
    this.echo = echo;
  }

  static async start(mode: ServerMode): Promise<Peers> {
    const folder = mkdtempSync(join(tmpdir(), 'mdevkit-bench-'));
    const [device, echo] = [join(folder, 'device'), join(folder, 'echo')];
    const child = fork(join(import.meta.dirname, 'server.js'), [mode, device, echo]);
    await once(child, 'message');
    const peers = new Peers(child, folder, new Link(device, mode), new Link(echo, mode));
    introduce(peers.device);
    return peers;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.device[Symbol.dispose]();
    this.echo[Symbol.dispose]();
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
    rmSync(this.#folder, { recursive: true });
  }
}
