import { ManualClock } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { bounded, Hung } from './bounded.js';
import { Campaign } from './campaign.js';
import { allLoads } from './loads/index.js';
import { parseOptions } from './options.js';

const SEED = 20261121;

describe('soak: a few rounds of each load (own rule; npm run soak runs minutes of them)', () => {
  for (const { name } of allLoads()) {
    it(`${name} works in process and over vfio-user, and fails as it may where faults are on`, async function soaks() {
      this.timeout(60_000);
      const campaign = new Campaign({ seed: SEED, only: [name] });
      for (let round = 0; round < 12; round++) {
        await campaign.round(round);
      }
      const { loads, problems } = campaign.tally;
      expect(problems.map(({ error }) => error)).to.deep.equal([]);
      for (const way of ['in process', 'vfio-user']) {
        const done = [...(loads.get(`${name}, ${way}`)?.done.values() ?? [])];
        expect(done.some((count) => count > 0)).to.equal(true);
      }
    });
  }
});

describe('soak: work that does not end (own rule)', () => {
  it('is given up, and may end then', async () => {
    const clock = new ManualClock();
    let end = (): void => undefined;
    const work = new Promise<void>((resolve) => {
      end = resolve;
    });
    const ending = bounded(
      work,
      5,
      () => {
        end();
        return Promise.resolve();
      },
      clock,
    );
    clock.advance(5);
    expect(await ending).to.equal('given-up');
  });

  it('hangs if it goes on', async () => {
    const clock = new ManualClock();
    const never = new Promise<void>(() => undefined);
    const ending = bounded(never, 5, () => Promise.resolve(), clock).catch(
      (caught: unknown) => caught,
    );
    clock.advance(5);
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(5);
    expect(await ending).to.be.instanceOf(Hung);
  });
});

describe('soak: its command line (own rule)', () => {
  it('has defaults, and refuses what is no number', () => {
    expect(parseOptions([])).to.include({ minutes: 10, seed: SEED, rounds: Infinity, first: 0 });
    for (const args of [
      ['--minutes', '-1'],
      ['--minutes', 'x'],
      ['--seed', '1.5'],
      ['--nothing'],
    ]) {
      expect(() => parseOptions(args)).to.throw(TypeError);
    }
  });
});
