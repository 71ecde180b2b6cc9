import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

interface JsonOutcome {
  readonly fullTitle: string;
  readonly err: { readonly message?: string };
}

interface JsonReport {
  readonly passes: readonly JsonOutcome[];
  readonly pending: readonly JsonOutcome[];
  readonly failures: readonly JsonOutcome[];
}

/** What came out of running fixture files with the leak check: full titles, and messages of failures. */
export interface FixtureRun {
  readonly passed: readonly string[];
  readonly skipped: readonly string[];
  readonly failed: ReadonlyMap<string, string>;
}

/** Runs `fixtures/NAME.fixture.ts` in a mocha of its own. */
export function runFixture(name: string): FixtureRun {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/mocha/bin/mocha.js'),
      '--no-config',
      '--enable-source-maps',
      '--exit',
      '--reporter=json',
      `--require=${join(import.meta.dirname, 'hooks.js')}`,
      join(import.meta.dirname, `fixtures/${name}.fixture.js`),
    ],
    { encoding: 'utf8', cwd: root },
  );
  if (!stdout.startsWith('{')) {
    throw new Error(`mocha made no report: ${stdout}${stderr}`);
  }
  const { passes, pending, failures } = JSON.parse(stdout) as JsonReport;
  const failed = new Map(failures.map(({ fullTitle, err }) => [fullTitle, err.message ?? '']));
  return {
    passed: passes.map(({ fullTitle }) => fullTitle).filter((title) => !failed.has(title)),
    skipped: pending.map(({ fullTitle }) => fullTitle),
    failed,
  };
}

/** Where the fixture has its comment `LEAK what`, as a stack names it: `NAME.fixture.ts:LINE:`. */
export function markedLine(name: string, what: string): string {
  const source = readFileSync(join(root, `test/src/leak/fixtures/${name}.fixture.ts`), 'utf8');
  const index = source.split('\n').findIndex((line) => line.endsWith(`// LEAK ${what}`));
  if (index < 0) {
    throw new Error(`${name}.fixture.ts has no line marked "LEAK ${what}"`);
  }
  return `${name}.fixture.ts:${String(index + 1)}:`;
}
