import { expect } from 'chai';
import { describe, it } from 'mocha';
import { markdownTable } from './markdown-table.js';

describe('tables of generated documents (own rule)', () => {
  it('are as a formatter would leave them', () => {
    expect(markdownTable(['a', 'long'], [['b|c', 'd']]).split('\n')).to.deep.equal([
      '| a    | long |',
      '| ---- | ---- |',
      '| b\\|c | d    |',
    ]);
  });

  it('have columns of three characters at the least, and empty cells where a row is short', () => {
    expect(markdownTable(['', 'b'], [['c']]).split('\n')).to.deep.equal([
      '|     | b   |',
      '| --- | --- |',
      '| c   |     |',
    ]);
  });
});
