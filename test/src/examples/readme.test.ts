import { readFile, rm, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import { fencedBlocks } from './markdown.js';
import { inRepository } from './repository.js';
import { PROGRAM_TEST_LIMIT_MS, runProgram } from './run-program.js';

/** Below `test/dist`, so that `@mdevkit/core` is found as it is in the root folder of a clone. */
const programPath = inRepository('test/dist/readme-device.mjs');

describe('README.md, the first program', () => {
  let program = '';
  let output = '';

  before(async () => {
    const blocks = fencedBlocks(await readFile(inRepository('README.md'), 'utf8'));
    const at = blocks.findIndex(({ language }) => language === 'js');
    expect(at, 'README.md has no ```js block').to.be.at.least(0);
    const answer = blocks.slice(at).find(({ language }) => language === 'text');
    program = blocks[at]?.content ?? '';
    output = answer?.content ?? 'README.md has no ```text block after the program';
  });

  it('has forty lines at most, as its heading says', () => {
    expect(program.trimEnd().split('\n')).to.have.lengthOf.within(1, 40);
  });

  it('runs as it stands there and prints what README.md says', async () => {
    await writeFile(programPath, program);
    try {
      const run = await runProgram(programPath);
      expect(run).to.deep.equal({ code: 0, stdout: output, stderr: '' });
    } finally {
      await rm(programPath);
    }
  }).timeout(PROGRAM_TEST_LIMIT_MS);
});
