import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import sinon from 'sinon';
import { SystemClock } from './system-clock.js';

describe('SystemClock (clock_gettime(2), CLOCK_MONOTONIC)', () => {
  let fake: sinon.SinonFakeTimers;

  beforeEach(() => {
    fake = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });

  afterEach(() => {
    fake.restore();
  });

  it('counts milliseconds', () => {
    const clock = new SystemClock();
    const before = clock.now();
    fake.tick(250);
    expect(clock.now() - before).to.equal(250);
  });

  it('calls once, when the time has come and not before', () => {
    const clock = new SystemClock();
    let called = 0;
    clock.schedule(10, () => (called += 1));
    fake.tick(9);
    expect(called).to.equal(0);
    fake.tick(1);
    expect(called).to.equal(1);
    fake.tick(100);
    expect(called).to.equal(1);
  });

  it('a disposed one is never called and leaves no timer', () => {
    const clock = new SystemClock();
    let called = 0;
    const scheduled = clock.schedule(10, () => (called += 1));
    scheduled[Symbol.dispose]();
    scheduled[Symbol.dispose]();
    expect(fake.countTimers()).to.equal(0);
    fake.tick(100);
    expect(called).to.equal(0);
  });

  it('waits longer than the platform can in one timer (Node.js, Timers: 2^31-1 ms)', () => {
    const clock = new SystemClock();
    let called = 0;
    clock.schedule(2 ** 31 + 10, () => (called += 1));
    fake.tick(2 ** 31 + 9);
    expect(called).to.equal(0);
    fake.tick(1);
    expect(called).to.equal(1);
    const never = clock.schedule(Infinity, () => (called += 1));
    fake.tick(2 ** 33);
    expect(called).to.equal(1);
    never[Symbol.dispose]();
    expect(fake.countTimers()).to.equal(0);
  });

  it('may be disposed in and after its callback', () => {
    const clock = new SystemClock();
    let called = 0;
    const scheduled = clock.schedule(10, () => {
      called += 1;
      scheduled[Symbol.dispose]();
    });
    fake.tick(10);
    scheduled[Symbol.dispose]();
    expect(called).to.equal(1);
  });
});
