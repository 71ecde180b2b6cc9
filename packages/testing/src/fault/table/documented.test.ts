import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { actionNames } from '../read/parse-action.js';
import { faultsAt } from './fitting.js';
import { callPoints } from './points.js';

const anywhere: ReadonlySet<string> = new Set([
  'remove',
  'link-down',
  'clock-jump',
  'memory-pressure',
]);

/** The rows of all tables of the document, by their first cell. */
const rows = new Map(
  readFileSync(new URL('../../../../../docs/reference/fault-plans.md', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, first = '', ...rest]) => [first, rest] as const),
);

describe('docs/reference/fault-plans.md (own rule: a document says what the code does)', () => {
  for (const point of callPoints) {
    it(`row: ${point}: has the actions that fit`, () => {
      const [, fits = ''] = rows.get(point) ?? [];
      const own = [...faultsAt(point)].filter((name) => !anywhere.has(name));
      expect(
        fits.split(/[,;] ?/).filter((name) => actionNames.some((known) => known === name)),
      ).to.deep.equal(own);
    });
  }

  it('has a row for each action, with an example', () => {
    for (const name of actionNames) {
      const [, example = ''] = rows.get(name) ?? [];
      expect(example, name).to.include(`"fault": "${name}"`);
    }
  });
});
