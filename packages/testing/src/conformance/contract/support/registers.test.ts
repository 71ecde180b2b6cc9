import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Bench } from '../../bench/index.js';
import { pciHost } from '../specimen/pci-specimen.test-support.js';
import { specimenHost, specimenLayout } from '../specimen/specimen.test-support.js';
import { scribble } from './accesses.js';
import { usedRegions } from '../../support/index.js';
import { ready } from './regions.js';
import { registersIn } from './registers.js';

describe('the registers that a model says it has (own rule)', () => {
  it('are found by name, place and width in the regions that have some, and in no other', async () => {
    await using bench = await Bench.start(specimenHost());
    const [registers, memory] = await usedRegions(await ready(bench));
    if (registers === undefined || memory === undefined) {
      throw new Error('the specimen has two regions');
    }
    const found = registersIn(bench, registers);
    const names = ['ID', 'VALUE', 'ADDRESS', 'COUNT', 'BELL', 'LATE', 'SUM'] as const;
    expect(found.map(({ name, offset, width }) => ({ name, offset, width }))).to.deep.equal(
      names.map((name) => ({ name, offset: specimenLayout.offsetOf(name), width: 4 })),
    );
    expect(found.filter(({ writable }) => !writable).map(({ name }) => name)).to.deep.equal([
      'ID',
      'COUNT',
      'SUM',
    ]);
    expect(registersIn(bench, memory)).to.deep.equal([]);
  });

  it('are not looked for in configuration space', async () => {
    await using bench = await Bench.start(pciHost());
    const device = await ready(bench);
    const config = (await usedRegions(device)).filter(({ isConfig }) => isConfig);
    expect(config.map((region) => registersIn(bench, region))).to.deep.equal([[]]);
  });

  it('get many of the writes of a client with nothing good in mind, by the same seed the same ones', async () => {
    await using bench = await Bench.start(specimenHost());
    const answers = await scribble(bench, await ready(bench), 100, 1);
    const registers = answers.filter((answer) => answer.includes('of region 0:'));
    expect(registers.length).to.be.above(40);
    expect(await scribble(bench, await ready(bench), 100, 1)).to.deep.equal(answers);
  });
});
