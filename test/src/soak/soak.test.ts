import { ManualClock, MdevError } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { bounded, Hung } from './bounded.js';
import { Campaign } from './campaign.js';
import { allLoads } from './loads/index.js';
import { parseOptions } from './options.js';

const SEED = 20261121;

describe('soak: a few rounds of each load (own rule; npm run soak runs minutes of them)', () => {
  for (const { name, isLocal = false } of allLoads()) {
    it(`${name} works wherever its device is, and fails as it may where faults are on`, async function soaks() {
      this.timeout(60_000);
      const campaign = new Campaign({ seed: SEED, only: [name] });
      for (let round = 0; round < 12; round++) {
        await campaign.round(round);
      }
      const { loads, problems } = campaign.tally;
      expect(problems.map(({ error }) => error)).to.deep.equal([]);
      for (const way of isLocal ? ['in process'] : ['in process', 'vfio-user']) {
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
    const ending = bounded(work, { clock, milliseconds: 5 }, () => {
      end();
      return Promise.resolve();
    });
    clock.advance(5);
    expect(await ending).to.equal('given-up');
  });

  it('hangs if it goes on', async () => {
    const clock = new ManualClock();
    const never = new Promise<void>(() => undefined);
    const ending = bounded(never, { clock, milliseconds: 5 }, () => Promise.resolve()).catch(
      (caught: unknown) => caught,
    );
    clock.advance(5);
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(5);
    expect(await ending).to.be.instanceOf(Hung);
  });
});

describe('soak: what excuses an error (own rule)', () => {
  it('a load that there is not is told with those that there are', () => {
    expect(() => new Campaign({ seed: SEED, only: ['nothing'] })).to.throw(RangeError, 'accel');
  });

  it('what rejects after it was given up is told, unless it is an MdevError', async () => {
    const clock = new ManualClock();
    const errors = [new TypeError('wrong'), new MdevError('EIO', 'accel.lost', 'lost')];
    const endings = await Promise.all(
      errors.map(async (error) => {
        let end: (error: Error) => void = () => undefined;
        const work = new Promise<void>((_, reject) => {
          end = reject;
        });
        const giveUp = (): Promise<void> => {
          end(error);
          return Promise.resolve();
        };
        const ending = bounded(work, { clock, milliseconds: 5 }, giveUp).catch(
          (caught: unknown) => caught,
        );
        clock.advance(5);
        return await ending;
      }),
    );
    expect(endings).to.deep.equal([errors[0], 'given-up']);
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
