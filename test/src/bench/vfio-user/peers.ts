import { join } from 'node:path';
import { Link, ServerProcess, type ServerMode } from '../processes/index.js';
import { introduce } from './messages.js';

/** A server process with a connection to its device, and one to its bare loop. */
export class Peers implements AsyncDisposable {
  readonly device: Link;
  readonly echo: Link;
  readonly #server: ServerProcess;

  private constructor(server: ServerProcess, device: Link) {
    this.#server = server;
    this.device = device;
    this.echo = server.echo;
  }

  static async start(mode: ServerMode): Promise<Peers> {
    const server = await ServerProcess.start(join(import.meta.dirname, 'server.js'), mode);
    const peers = new Peers(server, new Link(server.path, mode));
    introduce(peers.device);
    return peers;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.device[Symbol.dispose]();
    await this.#server[Symbol.asyncDispose]();
  }
}
