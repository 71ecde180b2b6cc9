import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ManualClock, type Clock } from '@mdevkit/core';
import { ReplayPatience } from './patience.js';

/** A clock on which each look takes a millisecond. */
function ticking(): Clock {
  const clock = new ManualClock();
  return {
    now: () => {
      clock.advance(1);
      return clock.now();
    },
    schedule: (ms, callback) => clock.schedule(ms, callback),
  };
}

/** How often it was looked at in vain. */
async function looks(patience: ReplayPatience, until = Infinity): Promise<number> {
  let count = 0;
  await patience.until(() => {
    count += 1;
    return count > until;
  });
  return count;
}

describe('ReplayPatience (own rule; docs/reference/recording.md)', () => {
  it('row: patience: a wait in vain halves the next ones, one that was not gives the time back', async () => {
    const patience = new ReplayPatience(ticking(), 1024);
    const first = await looks(patience);
    expect(first).to.be.greaterThan(900);
    expect(await looks(patience)).to.be.within(450, 600);
    expect(await looks(patience, 100)).to.equal(101);
    expect(await looks(patience)).to.be.greaterThan(900);
  });

  it('row: patience: waits that are all in vain take no more than twice the time together', async () => {
    const clock = ticking();
    const patience = new ReplayPatience(clock, 4096);
    const began = clock.now();
    for (let wait = 0; wait < 50; wait += 1) {
      await looks(patience);
    }
    // Each looks 32 times at least.
    expect(clock.now() - began).to.be.below(2 * 4096 + 50 * 40);
  });

  it('row: patience: what is there at once says nothing of the time', async () => {
    const patience = new ReplayPatience(ticking(), 1024);
    await looks(patience);
    await looks(patience, 0);
    expect(await looks(patience)).to.be.within(450, 600);
  });
});
