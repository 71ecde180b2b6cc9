import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Errno } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { catalogues } from './catalogues.js';
import { documentUrl, errorsMarkdown } from './document.js';

const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** The text of every source of a folder that is neither a test nor a catalogue. */
function sourcesOf(folder: string): string {
  return readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.test(-support)?\.ts$/.test(name))
    .map((name) => readFileSync(join(repository, folder, name), 'utf8'))
    .filter((text) => !/satisfies .*ReasonRow/.test(text))
    .join('\n');
}

describe('docs/reference/errors.md', () => {
  it('has the rows of the catalogues and no others', () => {
    const stale = 'errors.md is stale: run node test/dist/errors/write-docs.js';
    expect(readFileSync(documentUrl, 'utf8') === errorsMarkdown(catalogues), stale).to.equal(true);
  });
});

for (const { packageName, sources, reasons } of catalogues) {
  describe(`the reasons of ${packageName} (docs/reference/errors.md)`, () => {
    it('are each given by some source', () => {
      const text = sourcesOf(sources);
      expect(text.length).to.be.greaterThan(10_000);
      const unused = Object.keys(reasons).filter((reason) => !text.includes(`'${reason}'`));
      expect(unused).to.deep.equal([]);
    });

    it('are named area.rule, with an errno of Linux, one sentence and a source', () => {
      for (const [reason, row] of Object.entries(reasons)) {
        expect(reason).to.match(/^[a-z]+(-[a-z]+)*\.[a-z0-9]+(-[a-z0-9]+)*$/);
        expect(Errno, reason).to.have.property(row.errno);
        expect(row.text, reason).to.match(/^[^.]+$/);
        expect(row.source, reason).to.match(/\S/);
      }
    });

    it('say each thing once', () => {
      const texts = Object.values(reasons).map((row) => row.text);
      expect(texts.filter((text, i) => texts.indexOf(text) !== i)).to.deep.equal([]);
    });
  });
}

it('a reason belongs to one package', () => {
  const all = catalogues.flatMap(({ reasons }) => Object.keys(reasons));
  expect(all.filter((reason, i) => all.indexOf(reason) !== i)).to.deep.equal([]);
});
