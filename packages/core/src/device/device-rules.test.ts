import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';

const DOCUMENT = join(import.meta.dirname, '../../../../docs/reference/device-rules.md');
const SOURCES = join(import.meta.dirname, '../../src');

/** The first cell of every row of the tables that have a column of row names; the matrix has its own test. */
function rowNames(): string[] {
  const names: string[] = [];
  let named = false;
  for (const line of readFileSync(DOCUMENT, 'utf8').split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim());
    const [, first = '', second] = cells;
    if (!line.startsWith('|')) {
      named = false;
    } else if (first === 'Row') {
      named = second === 'Rule';
    } else if (named && !first.startsWith('-')) {
      names.push(first);
    }
  }
  return names;
}

describe('docs/reference/device-rules.md', () => {
  it('has no row that no test of the core names', () => {
    const tests = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts') && !name.endsWith('device-rules.test.ts'))
      .map((name) => readFileSync(join(SOURCES, name), 'utf8'))
      .join('\n');
    const names = rowNames();
    expect(names.length).to.be.greaterThan(90);
    // The titles of some rows are made of a reason: `irq data type` of `irq.data-type`.
    const reason = (name: string): string =>
      name.replace(/^map /, 'dma ').replace(' ', '.').replaceAll(' ', '-');
    const isNamed = (name: string): boolean =>
      tests.includes(name) || tests.includes(`${reason(name)}'`);
    expect(names.filter((name) => !isNamed(name))).to.deep.equal([]);
  });

  it('names every row once', () => {
    const names = rowNames();
    expect(names.filter((name, i) => names.indexOf(name) !== i)).to.deep.equal([]);
  });
});
