import { expect } from 'chai';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { alone, type Outcome } from '../measure/index.js';
import { measurementOf } from '../measure/measurement.test-support.js';
import { parseArguments, report, requireWritable, type Destinations } from './index.js';

const outcomes: readonly Outcome[] = [
  {
    benchmark: { name: 'core', measures: [alone('core.a')], run: () => Promise.resolve([]) },
    results: [measurementOf('core.a')],
  },
];

/** What a report tells, in its order; a file fails if `broken` says so. */
async function told(args: readonly string[], broken = false): Promise<readonly string[]> {
  const said: string[] = [];
  const file = (name: string): Promise<void> => {
    said.push(name);
    return broken ? Promise.reject(new Error('no space')) : Promise.resolve();
  };
  const to: Destinations = {
    print: (text) => said.push(`print ${text.trim().split(/\s/, 1).join()}`),
    note: (text) => said.push(`note ${text.trim().split(/\s/, 1).join()}`),
    plot: file,
    document: () => file('document'),
  };
  const before = args.includes('--compare') ? [measurementOf('core.a')] : undefined;
  const task = { asked: parseArguments(args), before, declared: [alone('core.a')] };
  await report(task, outcomes, to).catch((error: unknown) => said.push(String(error)));
  return said;
}

describe('the report of a run (own rule)', () => {
  it('is printed before any file is written', async () => {
    expect(await told(['--plot', 'a.svg', '--document'])).to.deep.equal([
      'print name',
      'a.svg',
      'document',
    ]);
  });

  it('is not lost when a file cannot be written', async () => {
    expect(await told(['--plot', 'a.svg'], true)).to.deep.equal([
      'print name',
      'a.svg',
      'Error: no space',
    ]);
  });

  it('leaves the output to the JSON that was asked for', async () => {
    const [json, comparison, ...others] = await told(['--json', '--compare', 'run.json']);
    expect(json).to.match(/^print \[\{"name":"core.a"/);
    expect([comparison, others]).to.deep.equal(['note name', []]);
    expect(await told(['--compare', 'run.json'])).to.deep.equal(['print name', 'print name']);
  });
});

describe('a file that a run will write (own rule)', () => {
  it('is tried before anything is measured, and stays as it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mdevkit-bench-'));
    try {
      const there = join(folder, 'a.svg');
      await writeFile(there, 'kept');
      await requireWritable(there);
      expect(await readFile(there, 'utf8')).to.equal('kept');
      for (const bad of [join(folder, 'none', 'a.svg'), folder]) {
        const code: unknown = await requireWritable(bad).then(
          () => 'none',
          (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
        );
        expect(code).to.be.oneOf(['ENOENT', 'EISDIR']);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
