import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { cxlflashReasons } from './errors.js';

describe('the reasons of this package', () => {
  it('are all given somewhere, and have a sentence and a source', () => {
    const folder = new URL('../src/', import.meta.url);
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.includes('.test') && name !== 'errors.ts')
      .map((name) => readFileSync(new URL(name, folder), 'utf8'))
      .join('\n');
    for (const [reason, { text, source }] of Object.entries(cxlflashReasons)) {
      expect(sources, reason).to.include(`'${reason}'`);
      expect(text.length, reason).to.be.above(10);
      expect(source, reason).to.match(/\.(c|h|rst)|specification|close\(2\)/i);
    }
  });
});

describe('the rooms of this package', () => {
  it('driver does not import library, and abi imports neither', () => {
    const folder = new URL('../src/', import.meta.url);
    const forbidden: readonly [room: string, other: RegExp][] = [
      ['driver/', /from '(\.\.\/)+library\//],
      ['abi/', /from '\.\.\//],
    ];
    for (const [room, other] of forbidden) {
      for (const name of readdirSync(new URL(room, folder), {
        recursive: true,
        encoding: 'utf8',
      })) {
        if (name.endsWith('.ts') && !name.includes('.test')) {
          expect(readFileSync(new URL(room + name, folder), 'utf8'), name).not.to.match(other);
        }
      }
    }
  });
});
