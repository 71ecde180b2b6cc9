import { once } from 'node:events';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Sandbox } from './sandbox.js';

const program = 'examples/start/dist/main.js';

describe('scripts/run.js: the program that it starts', () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = new Sandbox();
    sandbox.write('examples/start/src/main.ts', '');
  });
  afterEach(() => {
    sandbox[Symbol.dispose]();
  });

  it('gets the arguments, and owns stdout and the exit code', () => {
    sandbox.write(program, 'console.log(process.argv.slice(2)); process.exitCode = 5;');
    expect(sandbox.run('start', '--json', 'a b')).to.include({
      status: 5,
      stdout: "[ '--json', 'a b' ]\n",
    });
  });

  it('takes us along when it dies of a signal', () => {
    sandbox.write(program, `process.kill(process.pid, 'SIGKILL');`);
    expect(sandbox.run('start')).to.include({ status: null, signal: 'SIGKILL' });
  });

  it('is sent the signals that we get, and its answer counts', async () => {
    sandbox.write(
      program,
      `process.on('SIGTERM', () => process.exit(9)); process.stdin.resume(); console.log('up');`,
    );
    const child = sandbox.begin('start');
    if (child.stdout !== null) {
      await once(child.stdout, 'data');
    }
    child.kill('SIGTERM');
    expect(await once(child, 'close')).to.deep.equal([9, null]);
  });

  it('is named when it does not exist', () => {
    const { status, stderr } = sandbox.run('start');
    expect(status).to.equal(1);
    expect(stderr).to.contain(`${program} does not exist`);
  });

  it('a command that does not exist is refused with the list of those that do', () => {
    const { status, stderr } = sandbox.run('toString');
    expect(status).to.equal(2);
    expect(stderr).to.contain('bench, build, coverage, docs, example, fuzz, lint');
  });
});
