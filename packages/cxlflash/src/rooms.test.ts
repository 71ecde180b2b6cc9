import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';

describe('the rooms of this package', () => {
  it('driver and library do not import each other, and abi imports neither', () => {
    const folder = new URL('../src/', import.meta.url);
    const forbidden: readonly [room: string, other: RegExp][] = [
      ['driver/', /from '(\.\.\/)+library\//],
      ['library/', /from '(\.\.\/)+driver\//],
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
