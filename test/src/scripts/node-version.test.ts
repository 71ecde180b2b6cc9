import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';

const script = join(import.meta.dirname, '../../../scripts/ensure/node-version.js');

/** Runs the check as a Node of another version would. */
function check(version: string): { status: number | null; stderr: string } {
  const code = `
    Object.defineProperty(process, 'versions', { value: { node: '${version}' } });
    await import(${JSON.stringify(script)});
  `;
  const args = ['--input-type=module', '--eval', code];
  return spawnSync(process.execPath, args, { encoding: 'utf8' });
}

describe('scripts/ensure/node-version.js', () => {
  for (const version of ['18.20.4', '20.18.3']) {
    it(`refuses Node ${version} in one line`, () => {
      expect(check(version)).to.include({
        status: 1,
        stderr: `mdevkit: Node 20.19 or newer is needed; this is ${version}\n`,
      });
    });
  }
  for (const version of ['20.19.0', '22.0.0']) {
    it(`accepts Node ${version}`, () => {
      expect(check(version)).to.include({ status: 0, stderr: '' });
    });
  }
});
