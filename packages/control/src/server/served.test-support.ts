import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTransport } from '../client/open-transport.js';
import type { ConnectControlOptions } from '../client/options.js';
import type { SocketTransport } from '../client/socket-transport.js';
import { ControlServer } from './control-server.js';
import { FakePlane } from './fake-plane.test-support.js';
import type { ControlServerOptions } from './options.js';

/** A server of a {@link FakePlane} with a socket in a folder of its own, for the scope of a test. */
export class Served implements AsyncDisposable {
  readonly plane = new FakePlane();
  readonly server: ControlServer;
  readonly path: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'mdevkit-control-'));

  constructor(options: Partial<ControlServerOptions> = {}) {
    this.path = join(this.#folder, 'socket');
    this.server = ControlServer.listen({ objects: this.plane }, { path: this.path, ...options });
  }

  connect(options?: ConnectControlOptions): Promise<SocketTransport> {
    return openTransport(this.path, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
    rmSync(this.#folder, { recursive: true });
  }
}
