import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { isStruct } from './codec/index.js';
import { markdownTable } from './docs/markdown-table.js';
import { REFERENCE_PATH } from './docs/reference-path.js';
import { PARTS } from './docs/sections.js';
import { uapiMarkdown } from './document.js';
import * as uapi from './index.js';

describe('the reference of numbers and layouts', () => {
  it('is what the declarations say', () => {
    const stale = 'docs/reference/uapi.md is stale: run node packages/uapi/dist/write-docs.js';
    expect(readFileSync(REFERENCE_PATH, 'utf8') === uapiMarkdown(), stale).to.equal(true);
  });

  it('has every constant and every struct the package exports', () => {
    const documented = new Set(
      PARTS.flatMap(({ sections }) => sections.flatMap(({ exports }) => Object.keys(exports))),
    );
    const missing = Object.entries(uapi)
      .filter(([, value]) => /^(?:number|bigint)$/.test(typeof value) || isStruct(value))
      .map(([name]) => name)
      .filter((name) => !documented.has(name));
    expect(missing).to.deep.equal([]);
  });

  it('lines its tables up', () => {
    expect(markdownTable(['A', 'Long'], [['12345', '1']])).to.equal(
      ['| A     | Long |', '| ----- | ---- |', '| 12345 | 1    |'].join('\n'),
    );
  });
});
