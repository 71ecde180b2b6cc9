import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trackDisposable, trackReleased } from '@mdevkit/core';

/** A temporary folder for sockets. Its path is short: that of a socket has at most 107 bytes (unix(7)). */
export class SocketFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'mdev-'));

  constructor() {
    trackDisposable(this);
  }

  /** Where the socket of this name is to be. */
  socket(name: string): string {
    return join(this.path, name);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
    trackReleased(this);
  }
}
