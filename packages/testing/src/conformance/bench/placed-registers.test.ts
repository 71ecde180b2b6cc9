import { expect } from 'chai';
import { describe, it } from 'mocha';
import { engineHosts } from '../life/specimen.test-support.js';
import { Bench } from './bench.js';
import { placedRegisters } from './placed-registers.js';

describe('the registers of a model (own rule: Region.placeAt)', () => {
  it('are told by name, place and width, and memory is none', async () => {
    await using bench = await Bench.start(engineHosts());
    const { uuid } = await bench.create();
    const { inner } = bench.watch.mdev(uuid);
    const placed = inner === undefined ? [] : placedRegisters(inner);
    expect(placed.map(({ name, region, offset }) => `${name} ${region}:${offset}`)).to.deep.equal([
      'MODE 0:0',
      'SCRATCH 0:4',
      'JOB 0:8',
      'DOORBELL 0:12',
      'DONE 0:16',
      'FAILED 0:20',
    ]);
    expect(placed.filter(({ writable }) => !writable).map(({ name }) => name)).to.deep.equal([
      'DONE',
      'FAILED',
    ]);
  });
});
