import { readdirSync, readFileSync } from 'node:fs';
import type { ReasonRow } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { driverReasons } from './driver.js';
import { cxlflashReasons } from './index.js';
import { libraryReasons } from './library.js';

function sourcesOf(room: string): string {
  const folder = new URL(`../../src/${room}/`, import.meta.url);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('.test'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');
}

describe('the reasons of this package', () => {
  const rooms: Readonly<Record<string, Readonly<Record<string, ReasonRow>>>> = {
    driver: driverReasons,
    library: libraryReasons,
  };
  for (const [room, reasons] of Object.entries(rooms)) {
    it(`those of the ${room} are all given there, and have a sentence and a source`, () => {
      const sources = sourcesOf(room);
      for (const [reason, { text, source }] of Object.entries(reasons)) {
        expect(sources, reason).to.include(`'${reason}'`);
        expect(text.length, reason).to.be.above(10);
        expect(source, reason).to.match(/\.(c|h|rst|md)|specification|close\(2\)|own rule/i);
      }
    });
  }

  it('no reason belongs to both, and no two say the same', () => {
    const count = Object.keys(driverReasons).length + Object.keys(libraryReasons).length;
    expect(Object.keys(cxlflashReasons).length).to.equal(count);
    const texts = Object.values(cxlflashReasons).map(({ text }) => text);
    expect(texts.filter((text, i) => texts.indexOf(text) !== i)).to.deep.equal([]);
  });
});
