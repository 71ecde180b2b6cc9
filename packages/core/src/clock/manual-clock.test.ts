import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ManualClock } from './manual-clock.js';

describe('ManualClock', () => {
  it('runs what is due in the order of its time, and shows each its own time', () => {
    const clock = new ManualClock();
    const seen: [string, number][] = [];
    const note = (name: string) => () => void seen.push([name, clock.now()]);
    clock.schedule(20, note('late'));
    clock.schedule(10, note('early'));
    clock.schedule(10, note('second'));
    const cancelled = clock.schedule(15, note('cancelled'));
    cancelled[Symbol.dispose]();
    clock.advance(19);
    expect(seen).to.deep.equal([
      ['early', 10],
      ['second', 10],
    ]);
    expect([clock.now(), clock.pendingCount]).to.deep.equal([19, 1]);
    clock.advance(1);
    expect(seen.at(-1)).to.deep.equal(['late', 20]);
  });

  it('runs what a callback schedules, if that is due as well', () => {
    const clock = new ManualClock();
    const seen: number[] = [];
    clock.schedule(5, () => {
      clock.schedule(5, () => void seen.push(clock.now()));
    });
    clock.advance(10);
    expect(seen).to.deep.equal([10]);
    expect(clock.pendingCount).to.equal(0);
  });

  it('a step that is none is a RangeError, and the timers go on (bug)', () => {
    const clock = new ManualClock();
    let due = 0;
    clock.schedule(1, () => (due += 1));
    for (const step of [NaN, -5]) {
      expect(() => {
        clock.advance(step);
      }).to.throw(RangeError);
    }
    clock.advance(1);
    expect(due).to.equal(1);
  });
});
