import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';

const root = join(import.meta.dirname, '../../..');

describe('npm run example:edu (README)', () => {
  it('bug: SIGTERM to npm ends the server, and the socket is gone (dash does not pass signals on)', async function () {
    this.timeout(60_000);
    const folder = mkdtempSync(join(tmpdir(), 'mdevkit-edu-'));
    const path = join(folder, 'edu.sock');
    try {
      const npm = spawn('npm', ['run', '-s', 'example:edu', '--', '--socket', path], {
        cwd: root,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [printed] = (await once(npm.stdout, 'data')) as [Buffer];
      expect(printed.toString()).to.contain(`"path":"${path}"`);
      expect(existsSync(path)).to.equal(true);
      npm.kill('SIGTERM');
      expect(await once(npm, 'close')).to.deep.equal([0, null]);
      expect(existsSync(path)).to.equal(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
