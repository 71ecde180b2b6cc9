import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';

const DOCUMENTS = join(import.meta.dirname, '../../../../docs/reference');
const SOURCES = join(import.meta.dirname, '../../src');
const SECOND_COLUMNS = new Set(['Rule', 'Situation']);

/** The cells of every row of the tables that have a column of row names; the matrix has its own test. */
function rowsOf(document: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let columns = 0;
  for (const line of readFileSync(join(DOCUMENTS, document), 'utf8').split('\n')) {
    const cells = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    const [first = '', second = ''] = cells;
    if (!line.startsWith('|')) {
      columns = 0;
    } else if (first === 'Row') {
      columns = SECOND_COLUMNS.has(second) ? cells.length : 0;
    } else if (columns > 0 && !first.startsWith('-')) {
      rows.push(Array.from({ length: columns }, (_, i) => cells[i] ?? ''));
    }
  }
  return rows;
}

const namesOf = (document: string): string[] => rowsOf(document).map(([name = '']) => name);

/** All that tests say in quotes, with the titles of suites and tests apart, and those of tables of situations. */
function quotesOfTests(): { quotes: string; titles: readonly string[]; entries: Set<string> } {
  const tests = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.endsWith('device-rules.test.ts'))
    .map((name) => readFileSync(join(SOURCES, name), 'utf8'))
    .join('\n');
  const code = tests.replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '');
  const title = /\b(?:it|describe)\(\s*(["'`])((?:\\.|(?!\1).)*)\1/g;
  const entry = /\[\s*'([^'\n]*)',/g;
  return {
    quotes: [...code.matchAll(/(["'`])(?:\\.|(?!\1).)*\1/g)].map(([quote]) => quote).join('\n'),
    titles: [...code.matchAll(title)].map(([, , text = '']) => text),
    entries: new Set([...code.matchAll(entry)].map(([, text = '']) => text)),
  };
}

describe('docs/reference: the rules and the tests that name them', () => {
  const { quotes, titles, entries } = quotesOfTests();

  it('device-rules.md has no row that no test of the core names', () => {
    const names = namesOf('device-rules.md');
    expect(names.length).to.be.greaterThan(90);
    // The titles of some rows are made of a reason: `irq data type` of `irq.data-type`.
    const reason = (name: string): string => name.replace(' ', '.').replaceAll(' ', '-');
    const isNamed = (name: string): boolean =>
      quotes.includes(name) || quotes.includes(`${reason(name)}'`);
    expect(names.filter((name) => !isNamed(name))).to.deep.equal([]);
  });

  it('iommu-rules.md has no row that no title begins with, alone or in a list, or that no table is titled by', () => {
    const names = namesOf('iommu-rules.md');
    expect(names.length).to.be.greaterThan(250);
    const heads = titles.flatMap((title) => title.split(': ').slice(0, -1));
    const named = new Set(heads.flatMap((head) => head.split(', ')));
    expect(names.filter((name) => !named.has(name) && !entries.has(name))).to.deep.equal([]);
  });

  it('names every row once', () => {
    const names = [...namesOf('device-rules.md'), ...namesOf('iommu-rules.md')];
    expect(names.filter((name, i) => names.indexOf(name) !== i)).to.deep.equal([]);
  });

  it('iommu-rules.md has no empty cell', () => {
    const rows = rowsOf('iommu-rules.md');
    expect(rows.filter((cells) => cells.includes(''))).to.deep.equal([]);
  });
});
