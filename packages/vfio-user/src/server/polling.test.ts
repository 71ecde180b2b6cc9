import type { Clock } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { AdaptivePolling, type PollingOptions } from './polling.js';

const RULE = 'own rule: a socket is asked again while that is faster than the event loop';

/** Time that only passes when a test says so, and with every receive in vain. */
class SpinClock implements Clock {
  time = 0;

  now(): number {
    return this.time;
  }

  schedule(): Disposable {
    throw new Error('no timers here');
  }
}

function open(options?: PollingOptions): { polling: AdaptivePolling; clock: SpinClock } {
  const clock = new SpinClock();
  return { polling: new AdaptivePolling(clock, options), clock };
}

/** Spins until it is enough, at half a microsecond each; answers how often. */
function spin({ polling, clock }: ReturnType<typeof open>, most = Infinity): number {
  let count = 0;
  while (count < most && polling.again()) {
    count++;
    clock.time += 0.0005;
  }
  return count;
}

describe(`AdaptivePolling (${RULE})`, () => {
  it('polling: grows while messages come soon, up to its bound', () => {
    const bench = open({ maxSpins: 50 });
    const limits: number[] = [];
    for (let round = 0; round < 6; round++) {
      spin(bench);
      bench.clock.time += 0.001;
      bench.polling.wake();
      limits.push(bench.polling.limit);
    }
    expect(limits).to.deep.equal([8, 16, 32, 50, 50, 50]);
    expect(spin(bench)).to.equal(50);
  });

  it('polling: shrinks when they do not, to a few', () => {
    const bench = open({ maxSpins: 50 });
    for (let round = 0; round < 6; round++) {
      spin(bench);
      bench.clock.time += 0.001;
      bench.polling.wake();
    }
    for (let round = 0; round < 6; round++) {
      spin(bench);
      bench.clock.time += 10;
      bench.polling.wake();
    }
    expect([bench.polling.limit, spin(bench)]).to.deep.equal([4, 4]);
  });

  it('a message that came just before the end of the spinning lets it grow', () => {
    const bench = open({ maxSpins: 100 });
    spin(bench, 3);
    bench.polling.found();
    expect(bench.polling.limit).to.equal(8);
    spin(bench, 2);
    bench.polling.found();
    expect(bench.polling.limit).to.equal(8);
  });

  it('polling off: 0 never asks again', () => {
    const bench = open({ maxSpins: 0 });
    expect(spin(bench)).to.equal(0);
    bench.polling.wake();
    bench.polling.found();
    expect(spin(bench)).to.equal(0);
  });

  it('has numbers of its own, and refuses what are none', () => {
    const { polling } = open();
    expect([polling.turnMs, polling.limit]).to.deep.equal([2, 4]);
    for (const options of [{ maxSpins: -1 }, { maxSpins: 0.5 }, { turnMs: 0 }, { turnMs: NaN }]) {
      expect(() => open(options)).to.throw(RangeError);
    }
  });
});
