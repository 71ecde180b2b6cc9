import { existsSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { filesBelow } from './signature.js';
import { workspaces } from './workspaces.js';

const emitted = /\.(?:js|d\.ts)(?:\.map)?$/;

/**
 * Removes what the compiler once made from a source that is gone. The compiler leaves such files
 * behind, and a test whose source was renamed would run twice.
 *
 * @returns {void}
 */
export function pruneStaleOutput() {
  for (const folder of workspaces()) {
    const dist = join(folder, 'dist');
    for (const path of filesBelow(dist)) {
      const source = join(folder, 'src', relative(dist, path).replace(emitted, '.ts'));
      if (emitted.test(path) && !existsSync(source)) {
        rmSync(path, { force: true });
      }
    }
  }
}
