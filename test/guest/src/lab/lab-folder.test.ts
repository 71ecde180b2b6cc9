import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { labContents, makeOnce, rootIn, type LabContents } from './lab-folder.js';

const contents: LabContents = { recipe: 'r', kernelVersion: '7.2.1', packages: ['a 1'] };

describe('makeOnce: a lab is complete or absent (own rule)', () => {
  let cache = '';
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'mdevkit-lab-test-'));
  });
  afterEach(() => rmSync(cache, { recursive: true }));

  async function make(root: string): Promise<LabContents> {
    mkdirSync(root);
    return contents;
  }

  it('makes one, which is found by the next', async () => {
    expect(await makeOnce(cache, 'one', make)).to.deep.equal(contents);
    expect(await labContents(join(cache, 'one'))).to.deep.equal(contents);
    expect(existsSync(rootIn(join(cache, 'one')))).to.equal(true);
    const again = await makeOnce(cache, 'one', () => Promise.reject(new Error('made twice')));
    expect(again).to.deep.equal(contents);
  });

  it('shows nothing of one that failed half-way, and the next removes it', async () => {
    const failing = async (root: string): Promise<LabContents> => {
      mkdirSync(root);
      throw new Error('no network');
    };
    const failure = await makeOnce(cache, 'one', failing).catch((error: unknown) => error);
    expect(failure).to.have.property('message', 'no network');
    expect(await labContents(join(cache, 'one'))).to.equal(undefined);
    await makeOnce(cache, 'two', make);
    expect(readdirSync(cache).sort()).to.deep.equal(['lock', 'two']);
  });

  it('lets one work and the others wait for it', async () => {
    let working = 0;
    let made = 0;
    const slow = async (root: string): Promise<LabContents> => {
      working += 1;
      made += 1;
      expect(working).to.equal(1);
      const result = await make(root);
      await Promise.resolve();
      working -= 1;
      return result;
    };
    const all = await Promise.all([1, 2, 3].map(() => makeOnce(cache, 'one', slow)));
    expect(all).to.deep.equal([contents, contents, contents]);
    expect(made).to.equal(1);
  });
});
