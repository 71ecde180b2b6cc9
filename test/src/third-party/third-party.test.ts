import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { Workshop } from './workshop.js';

/** Packing, copying and installing take most of it. */
const LIMIT_MS = 180_000;

describe("somebody else's driver package, installed from tarballs (own rule)", () => {
  let made: Workshop | undefined;

  function workshop(): Workshop {
    if (made === undefined) {
      throw new Error('nothing is installed');
    }
    return made;
  }

  before(async function installs() {
    this.timeout(LIMIT_MS);
    made = await Workshop.make();
  });

  after(async () => {
    await made?.[Symbol.asyncDispose]();
  });

  it('the conformance kit runs at least 150 checks, and the driver passes them', async function conforms() {
    this.timeout(LIMIT_MS);
    const { stats, failures } = await workshop().test();
    expect(failures.map(({ fullTitle }) => fullTitle)).to.deep.equal([]);
    expect(stats.passes).to.be.at.least(150);
  });

  it('a driver that leaves its timer running does not pass', async function fails() {
    this.timeout(LIMIT_MS);
    const file = join(workshop().path, 'node_modules', 'acme-mdev-lamp', 'lamp.js');
    const source = await readFile(file, 'utf8');
    const broken = source.replace('this.#timer?.[Symbol.dispose]();', '');
    expect(broken).to.not.equal(source);
    await writeFile(file, broken);
    const { stats } = await workshop().test('--bail');
    expect(stats.failures).to.be.at.least(1);
  });
});
