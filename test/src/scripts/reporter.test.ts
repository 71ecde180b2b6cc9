import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';

const root = join(import.meta.dirname, '../../..');

/** What `npm test` would print for one compiled file of tests. */
function report(file: string): string[] {
  const { stdout } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/mocha/bin/mocha.js'), '--exit', join(import.meta.dirname, file)],
    { cwd: root, encoding: 'utf8' },
  );
  return stdout.trimEnd().split('\n');
}

describe('scripts/test-reporter.js', () => {
  it('ends with the count, in which a leaking test is a failed one, and names what was skipped', () => {
    const lines = report('fixtures/mixed.fixture.js');
    expect(lines.at(-1)).to.equal('1 passed, 2 failed, 2 skipped');
    expect(lines.filter((line) => line.startsWith('skipped: '))).to.deep.equal([
      'skipped: mixed is not written',
      'skipped: mixed skips itself',
    ]);
  });

  it('tells many skipped tests of one suite by their number', () => {
    const lines = report('fixtures/many-skipped.fixture.js');
    expect(lines.filter((line) => line.startsWith('skipped: '))).to.deep.equal([
      'skipped: 21 of "a kit"',
      'skipped: another skips one',
    ]);
  });

  it('does not speak of skipped tests when there are none', () => {
    expect(report('fixtures/passing.fixture.js').at(-1)).to.equal('1 passed, 0 failed');
  });
});
