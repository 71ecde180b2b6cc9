import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Sandbox } from './sandbox.js';

const install = 'npm ci --include=dev --loglevel=error --no-audit --no-fund';

describe('scripts/run.js: the install that comes first', () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = new Sandbox();
  });
  afterEach(() => {
    sandbox[Symbol.dispose]();
  });

  it('accepts what npm itself installed from the same package-lock.json', () => {
    sandbox.run('build');
    expect(sandbox.calls()).to.deep.equal(['tsc --build --force']);
  });

  it('installs when what is installed has other versions, once', () => {
    const packages = { 'node_modules/tool': { version: '0.9.0' } };
    sandbox.write('node_modules/.package-lock.json', JSON.stringify({ packages }));
    expect(sandbox.run('build')).to.include({ status: 0, stdout: '' });
    sandbox.run('build');
    expect(sandbox.calls()).to.deep.equal([install, 'tsc --build --force']);
  });

  it('installs when package-lock.json has changed since', () => {
    sandbox.run('build');
    const packages = { 'node_modules/tool': { version: '1.0.1' } };
    sandbox.write('package-lock.json', JSON.stringify({ packages }));
    sandbox.run('build');
    expect(sandbox.calls()).to.contain(install);
  });

  it('says so and keeps the exit code when the install fails', () => {
    sandbox.write('node_modules/.package-lock.json', JSON.stringify({ packages: {} }));
    sandbox.write('npm/npm-cli.js', 'process.exitCode = 7;');
    const { status, stdout, stderr } = sandbox.run('start');
    expect({ status, stdout }).to.deep.equal({ status: 7, stdout: '' });
    expect(stderr).to.contain('"npm ci" failed with exit code 7');
  });
});
