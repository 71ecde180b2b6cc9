import { join } from 'node:path';
import { expect } from 'chai';
import { ESLint } from 'eslint';
import { describe, it } from 'mocha';

/*
 * The rules of the house in eslint.config.js: each is broken once, in place of a real file, because
 * what is allowed depends on where the file stands.
 */
const root = join(import.meta.dirname, '../../..');
const eslint = new ESLint({ cwd: root });

const core = 'packages/core/src/lifecycle/tracking.ts';
const systemClock = 'packages/core/src/clock/system-clock.ts';
const coreTest = 'packages/core/src/region/recorder.test-support.ts';
const uapi = 'packages/uapi/src/errno/errno-name.ts';

const forbidden: readonly (readonly [what: string, path: string, code: string, rule: string])[] = [
  ['a timer', core, 'setTimeout(String, 1);', 'no-restricted-globals'],
  ['an interval', core, 'setInterval(String, 1);', 'no-restricted-globals'],
  ['a performance clock', core, 'performance.now();', 'no-restricted-globals'],
  ['the wall clock', core, 'Date.now();', 'no-restricted-properties'],
  ['node:fs', core, "export * from 'node:fs';", 'no-restricted-imports'],
  ['node:fs/promises', core, "export * from 'node:fs/promises';", 'no-restricted-imports'],
  ['node:net', core, "export * from 'node:net';", 'no-restricted-imports'],
  ['node:child_process', core, "export * from 'node:child_process';", 'no-restricted-imports'],
  ['node:timers/promises', core, "export * from 'node:timers/promises';", 'no-restricted-imports'],
  ['any module of Node in the uapi', uapi, "export * from 'node:util';", 'no-restricted-imports'],
  ['a default export', core, 'export default 1;', 'no-restricted-syntax'],
  ['an enum', core, 'export enum E { A }', 'no-restricted-syntax'],
  [
    'an exported function without a return type',
    core,
    'export function f() { return 1; }',
    '@typescript-eslint/explicit-module-boundary-types',
  ],
  ['any', core, 'export let a: any;', '@typescript-eslint/no-explicit-any'],
  ['a promise that floats', core, 'Promise.resolve();', '@typescript-eslint/no-floating-promises'],
  ['!', core, 'export const a = [1][0]!;', '@typescript-eslint/no-non-null-assertion'],
];

const allowed: readonly (readonly [what: string, path: string, code: string])[] = [
  ['a timer in the system clock', systemClock, 'setTimeout(String, 1);'],
  ['node:diagnostics_channel in the core', core, "export * from 'node:diagnostics_channel';"],
  ['! in a test', coreTest, 'export const a = [1][0]!;'],
  ['a default export in module.ts', 'packages/accel/src/driver/module.ts', 'export default 1;'],
  ['a number in a template', core, 'export const a = (n: number): string => `at ${n}`;'],
];

/** The rules that `code` breaks when it stands at `path`. */
async function brokenRules(path: string, code: string): Promise<(string | null)[]> {
  const results = await eslint.lintText(code, { filePath: join(root, path) });
  return results.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId));
}

describe('house law (eslint.config.js)', () => {
  for (const [what, path, code, rule] of forbidden) {
    it(`forbids ${what}`, async () => {
      expect(await brokenRules(path, code)).to.include(rule);
    });
  }
  for (const [what, path, code] of allowed) {
    it(`allows ${what}`, async () => {
      expect(await brokenRules(path, code)).to.deep.equal([]);
    });
  }
});
