import { once } from 'node:events';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Sandbox } from './sandbox.js';

describe('scripts/run.js: two at the same time', () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = new Sandbox();
  });
  afterEach(() => {
    sandbox[Symbol.dispose]();
  });

  it('one builds, the others wait for it and find the work done', async () => {
    sandbox.writeCompiler(`
      require('node:fs').mkdirSync('building');
      for (let n = 0; n < 1e8; n += 1);
      require('node:fs').rmdirSync('building');
    `);
    const children = [1, 2, 3].map(() => sandbox.begin('build'));
    const closed = await Promise.all(children.map((child) => once(child, 'close')));
    expect(closed).to.deep.equal([
      [0, null],
      [0, null],
      [0, null],
    ]);
    expect(sandbox.calls()).to.deep.equal(['tsc --build --force']);
  });

  it('the lock of one that was killed does not stop the next', async () => {
    sandbox.writeCompiler(`process.stdin.resume(); console.log('building');`);
    const killed = sandbox.begin('build');
    await new Promise<void>((resolve) => {
      let said = '';
      killed.stderr?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.endsWith('building\nbuilding\n')) {
          resolve();
        }
      });
    });
    killed.kill('SIGKILL');
    // Its compiler still has our end of stdin, and ends with it.
    killed.stdin?.end();
    await once(killed, 'close');
    sandbox.writeCompiler('');
    expect(sandbox.run('build')).to.include({ status: 0 });
  });
});
