import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRepository } from '../examples/repository.js';

/** What the tests of some folders say. */
export interface TestTexts {
  /** Everything in quotes. */
  readonly quotes: string;
  /**
   * What titles of tests and suites begin with: `'map flags, map argsz: both are …'` names two. A title may go on
   * with another colon, and what stands before that one is here, too.
   */
  readonly heads: ReadonlySet<string>;
  /** What stands first in tables of situations, or is their `row`: titles are made of it. */
  readonly entries: ReadonlySet<string>;
}

const TITLE = /\b(?:it|describe)\(\s*(["'`])((?:\\.|(?!\1).)*)\1/g;
const ENTRY = /(?:\[\s*|\brow(?::| =) )'([^'\n]*)'[,;]/g;
const QUOTE = /(["'`])(?:\\.|(?!\1).)*\1/g;
const COMMENT = /^\s*(?:\/\/|\/?\*).*$/gm;

/** The tests below `folders`, which start at the folder of the repository. */
export function testTextsOf(folders: readonly string[]): TestTexts {
  const code = folders.flatMap(testsBelow).join('\n').replaceAll(COMMENT, '');
  const titles = [...code.matchAll(TITLE)].map(([, , title = '']) => title);
  return {
    quotes: [...code.matchAll(QUOTE)].map(([quote]) => quote).join('\n'),
    heads: new Set(titles.flatMap(headsOf)),
    entries: new Set([...code.matchAll(ENTRY)].map(([, entry = '']) => entry)),
  };
}

/** What a title names before its last colon. */
export function headsOf(title: string): string[] {
  return title
    .split(': ')
    .slice(0, -1)
    .flatMap((head) => head.split(', '));
}

function testsBelow(folder: string): string[] {
  const root = inRepository(folder);
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.test(?:-support)?\.ts$/.test(name))
    .map((name) => readFileSync(join(root, name), 'utf8'));
}
