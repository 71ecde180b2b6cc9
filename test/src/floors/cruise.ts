import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** One broken rule, and the file that breaks it. */
export interface Violation {
  readonly rule: string;
  readonly from: string;
}

export interface CruiseResult {
  /** The names of all rules that were checked. */
  readonly rules: readonly string[];
  readonly violations: readonly Violation[];
  /** How many modules were looked at. */
  readonly modules: number;
}

interface CruiseReport {
  readonly summary: {
    readonly totalCruised: number;
    readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string }[] };
    readonly violations: readonly {
      readonly from: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

/** Checks the tree in `folder` (this repository unless told) by the rules of this repository. */
export function cruise(folder: string = root): CruiseResult {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
      `--config=${join(root, '.dependency-cruiser.cjs')}`,
      '--output-type=json',
      'packages/*/src',
      'examples/*/src',
      'test/src',
    ],
    { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (!stdout.startsWith('{')) {
    throw new Error(`dependency-cruiser made no report: ${stdout}${stderr}`);
  }
  const { summary } = JSON.parse(stdout) as CruiseReport;
  return {
    rules: summary.ruleSetUsed.forbidden.map(({ name }) => name),
    violations: summary.violations.map(({ from, rule }) => ({ rule: rule.name, from })),
    modules: summary.totalCruised,
  };
}
