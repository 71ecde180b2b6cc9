import { describe, it } from 'mocha';
import { runInterleaving, type Profile } from './scheduler.test-support.js';

const SEED = 20261121;
const RUNS = 2500;

async function run(profile: Profile): Promise<void> {
  for (let i = 0; i < RUNS; i++) {
    await runInterleaving(SEED + i, profile);
  }
}

describe('AfuContextEvents in any order (own rule: nothing lost, nothing twice, one end for each, nobody waits for ever)', () => {
  it('cxl interleavings: readers, a driver and an AFU', () => run({ failing: 0, guarded: false }));

  it('cxl interleavings: with copies that fail', () => run({ failing: 40, guarded: false }));

  it('cxl interleavings: with a guard that ends the wait for the driver', () =>
    run({ failing: 20, guarded: true }));

  it('cxl interleavings: with a bound of starvation', () =>
    run({ failing: 20, guarded: true, starvationBound: 2 }));
});
