import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { cxlflashReasons as driverReasons } from './errors.js';
import { libraryReasons } from './library-errors.js';
import { cxlflashReasons } from './reasons.js';

describe('the reasons of driver and library together', () => {
  it('no reason belongs to both, and no two say the same', () => {
    const count = Object.keys(driverReasons).length + Object.keys(libraryReasons).length;
    expect(Object.keys(cxlflashReasons).length).to.equal(count);
    const texts = Object.values(cxlflashReasons).map(({ text }) => text);
    expect(texts.filter((text, i) => texts.indexOf(text) !== i)).to.deep.equal([]);
  });

  it('those of the library are all given by the library', () => {
    const folder = new URL('../src/library/', import.meta.url);
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.includes('.test'))
      .map((name) => readFileSync(new URL(name, folder), 'utf8'))
      .join('\n');
    const unused = Object.keys(libraryReasons).filter((reason) => !sources.includes(`'${reason}'`));
    expect(unused).to.deep.equal([]);
  });

  it('the library does not import the driver', () => {
    const folder = new URL('../src/library/', import.meta.url);
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (name.endsWith('.ts') && !name.includes('.test')) {
        const text = readFileSync(new URL(name, folder), 'utf8');
        expect(text, name).not.to.match(/from '(\.\.\/)+(driver\/|errors\.js)/);
      }
    }
  });
});
