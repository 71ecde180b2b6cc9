import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';

const root = join(import.meta.dirname, '../../..');

/** Runs `.ci/run` where `npm test`, `npm run test:guest` and `npm run lint` are the given shell commands. */
function ciRun(
  test: string,
  guest: string,
  lint: string,
): { status: number | null; last: string | undefined } {
  const folder = mkdtempSync(join(tmpdir(), 'mdevkit-ci-'));
  try {
    cpSync(join(root, '.ci'), join(folder, '.ci'), { recursive: true });
    cpSync(join(root, '.npmrc'), join(folder, '.npmrc'));
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ scripts: { test, 'test:guest': guest, lint } }),
    );
    const { status, stdout } = spawnSync(join(folder, '.ci/run'), { cwd: '/', encoding: 'utf8' });
    return { status, last: stdout.trimEnd().split('\n').at(-1) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const cases: readonly {
  readonly what: string;
  readonly test: string;
  readonly guest?: string;
  readonly lint: string;
  readonly status: number;
  readonly last: string;
}[] = [
  {
    what: 'all is well',
    test: 'echo a line; echo 12 passed, 0 failed, 1 skipped',
    lint: 'echo clean',
    status: 0,
    last: '12 passed, 0 failed, 1 skipped',
  },
  {
    what: 'tests fail',
    test: 'echo 10 passed, 2 failed; exit 2',
    lint: 'echo clean',
    status: 1,
    last: '10 passed, 2 failed',
  },
  {
    what: 'the lint fails',
    test: 'echo 12 passed, 0 failed',
    lint: 'exit 1',
    status: 1,
    last: '12 passed, 1 failed',
  },
  {
    what: 'a guest test fails',
    test: 'echo 12 passed, 0 failed',
    guest: 'echo 3 passed, 1 failed; exit 1',
    lint: 'true',
    status: 1,
    last: '15 passed, 1 failed',
  },
  {
    what: 'the lab cannot be made',
    test: 'echo 12 passed, 0 failed',
    guest: 'echo no root >&2; exit 1',
    lint: 'true',
    status: 1,
    last: '12 passed, 1 failed',
  },
  {
    what: 'the build breaks',
    test: 'echo error >&2; exit 1',
    guest: 'exit 1',
    lint: 'exit 1',
    status: 1,
    last: '0 passed, 3 failed',
  },
  {
    what: 'the tests report success and yet exit with an error',
    test: 'echo 12 passed, 0 failed; exit 1',
    lint: 'true',
    status: 1,
    last: '12 passed, 1 failed',
  },
];

describe('.ci/run', () => {
  for (const { what, test, guest = 'echo 0 passed, 0 failed', lint, status, last } of cases) {
    it(`ends with "${last}" and exit code ${status} when ${what}`, () => {
      expect(ciRun(test, guest, lint)).to.deep.equal({ status, last });
    });
  }
});
