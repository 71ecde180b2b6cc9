import { expect } from 'chai';
import { describe, it } from 'mocha';
import { fencedBlocks } from './markdown.js';

describe('fenced blocks of Markdown (CommonMark, section 4.5)', () => {
  it('are found in order, with their language and without their fences', () => {
    const text = 'a\n```js\none\n\ntwo\n```\nb\n```\nthree\n```\n```text\n```\n';
    expect(fencedBlocks(text)).to.deep.equal([
      { language: 'js', content: 'one\n\ntwo\n' },
      { language: '', content: 'three\n' },
      { language: 'text', content: '' },
    ]);
  });

  it('a fence inside of a line is none, and one without an end makes no block', () => {
    expect(fencedBlocks('a ```js\nx\n')).to.deep.equal([]);
    expect(fencedBlocks('```js\nx\n')).to.deep.equal([]);
  });
});
