import { readFileSync } from 'node:fs';
import { DEFAULT_LIMITS } from '@mdevkit/vfio-user';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { inRepository } from '../examples/repository.js';
import { headsOf, testTextsOf, type TestTexts } from './titles.js';
import { ruleNamesOf, rulesOf, tablesOf } from './tables.js';

/** Titles of some rows are made of a reason: `irq data type` of `irq.data-type`. */
function reasonOf(name: string): string {
  return `${name.replace(' ', '.').replaceAll(' ', '-')}'`;
}

function isQuoted(name: string, { quotes }: TestTexts): boolean {
  return quotes.includes(name) || quotes.includes(reasonOf(name));
}

function isNamed(name: string, { heads, entries }: TestTexts): boolean {
  return heads.has(name) || entries.has(name);
}

interface Binding {
  readonly document: string;
  /** Rows at the least: a table that is not recognised would be no rule at all. */
  readonly rows: number;
  /** Where the tests are that name them. */
  readonly folders: readonly string[];
  readonly isNamed: (name: string, tests: TestTexts) => boolean;
}

const bindings: readonly Binding[] = [
  { document: 'device-rules.md', rows: 90, folders: ['packages/core/src'], isNamed: isQuoted },
  { document: 'iommu-rules.md', rows: 250, folders: ['packages/core/src'], isNamed },
  {
    document: 'vfio-user-rules.md',
    rows: 230,
    folders: ['packages/vfio-user/src', 'packages/linux/src'],
    isNamed,
  },
  {
    document: 'control-rules.md',
    rows: 110,
    folders: ['packages/core/src', 'examples/verbs/src'],
    isNamed,
  },
  {
    document: 'control-wire.md',
    rows: 40,
    folders: ['packages/control/src', 'packages/vfio-user/src'],
    isNamed,
  },
  { document: 'event-rules.md', rows: 60, folders: ['packages/core/src'], isNamed },
  { document: 'cxlflash-rules.md', rows: 100, folders: ['packages/cxlflash/src'], isNamed },
  { document: 'doe-rules.md', rows: 250, folders: ['packages/doe/src'], isNamed },
  { document: 'diagnostics.md', rows: 50, folders: ['packages/testing/src'], isNamed },
  {
    document: 'recording.md',
    rows: 35,
    folders: ['packages/testing/src', 'test/src/recording'],
    isNamed,
  },
];

function read(document: string): string {
  return readFileSync(inRepository(`docs/reference/${document}`), 'utf8');
}

function repeated(names: readonly string[]): string[] {
  return names.filter((name, i) => names.indexOf(name) !== i);
}

describe('docs/reference: the rules and the tests that name them', () => {
  for (const { document, rows, folders, isNamed: isFound } of bindings) {
    it(`${document} has no row that no test names`, () => {
      const names = ruleNamesOf(read(document));
      expect(names.length).to.be.greaterThan(rows);
      const tests = testTextsOf(folders);
      expect(names.filter((name) => !isFound(name, tests))).to.deep.equal([]);
    });
  }

  it('names every row once among the documents of the same tests', () => {
    const groups = [
      ['device-rules.md', 'iommu-rules.md'],
      ['control-rules.md', 'control-wire.md', 'event-rules.md'],
      ['vfio-user-rules.md'],
      ['diagnostics.md'],
      ['recording.md'],
      ['cxlflash-rules.md'],
      ['doe-rules.md'],
    ];
    for (const documents of groups) {
      const names = documents.flatMap((document) => ruleNamesOf(read(document)));
      expect(repeated(names)).to.deep.equal([]);
    }
  });

  it('iommu-rules.md has no empty cell', () => {
    const rules = rulesOf(read('iommu-rules.md'));
    expect(rules.filter((cells) => cells.includes(''))).to.deep.equal([]);
  });

  it('vfio-user-rules.md gives every row a rule and a source', () => {
    const rules = rulesOf(read('vfio-user-rules.md'));
    const bare = rules.filter((cells) => cells[1] === '' || cells.at(-1) === '');
    expect(bare).to.deep.equal([]);
  });

  it('vfio-user-rules.md tells the default of every limit (packages/vfio-user/src/protocol/limits.ts)', () => {
    const table = tablesOf(read('vfio-user-rules.md')).find(({ head }) => head[0] === 'Limit');
    const told = table?.rows.map(([limit = '', value = '']) => [limit, value]);
    const limits = Object.entries<number | bigint | boolean>({ ...DEFAULT_LIMITS });
    expect(told).to.deep.equal(
      limits.map(([limit, value]) => [
        limit,
        typeof value === 'bigint' ? `0x${value.toString(16)}` : String(value),
      ]),
    );
  });
});

describe('how rules are found (own rule: a check that finds nothing proves nothing)', () => {
  const text = [
    '| Row | Rule | Answer |',
    '| --- | ---- | ------ |',
    '| one | first | 0 |',
    '| two | second |',
    '',
    '| Row | off |',
    '| --- | --- |',
    '| no rule | EINVAL |',
  ].join('\n');

  it('a table of rules ends with its last line, and a cell that is missing is empty', () => {
    expect(rulesOf(text)).to.deep.equal([
      ['one', 'first', '0'],
      ['two', 'second', ''],
    ]);
  });

  it('a title names what stands before its colons, alone or in a list', () => {
    expect(headsOf('map flags, map argsz: both: and nothing else')).to.deep.equal([
      'map flags',
      'map argsz',
      'both',
    ]);
    expect(headsOf('map flags are checked')).to.deep.equal([]);
  });
});
