import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ManualClock } from '../clock/index.js';
import { irqCallback } from './callback-target.js';
import { Coalescer } from './coalescer.js';

interface CoalescerBench extends Disposable {
  readonly clock: ManualClock;
  readonly coalescer: Coalescer;
  /** When signals were passed on. */
  readonly passed: readonly number[];
}

function make(maxCount: number, maxDelayMs = 10): CoalescerBench {
  const clock = new ManualClock();
  const passed: number[] = [];
  const target = irqCallback(() => passed.push(clock.now()));
  const coalescer = new Coalescer(target, clock, { maxCount, maxDelayMs });
  return { clock, passed, coalescer, [Symbol.dispose]: () => coalescer[Symbol.dispose]() };
}

describe('Coalescer (interrupt moderation: count or time, whichever is earlier)', () => {
  it('passes one on when maxCount have come, without waiting', () => {
    using bench = make(3);
    const { clock, passed, coalescer } = bench;
    coalescer.signal();
    coalescer.signal();
    expect(passed).to.deep.equal([]);
    coalescer.signal();
    expect(passed).to.deep.equal([0]);
    expect(clock.pendingCount, 'the timer is cancelled').to.equal(0);
    clock.advance(100);
    expect(passed).to.deep.equal([0]);
  });

  it('passes one on maxDelayMs after the first, however many came', () => {
    using bench = make(100);
    const { clock, passed, coalescer } = bench;
    clock.advance(5);
    coalescer.signal();
    clock.advance(9);
    coalescer.signal();
    expect(passed).to.deep.equal([]);
    clock.advance(1);
    expect(passed).to.deep.equal([15]);
    clock.advance(100);
    expect(passed, 'no timer without a signal').to.deep.equal([15]);
  });

  it('starts anew after each one', () => {
    using bench = make(2);
    const { clock, passed, coalescer } = bench;
    coalescer.signal();
    clock.advance(10);
    coalescer.signal();
    clock.advance(9);
    coalescer.signal();
    coalescer.signal();
    clock.advance(10);
    expect(passed).to.deep.equal([10, 19, 29]);
  });

  it('maxCount 1 passes everything on', () => {
    using bench = make(1);
    const { passed, coalescer } = bench;
    coalescer.signal();
    coalescer.signal();
    expect(passed).to.have.length(2);
  });

  it('flush passes on what waits, and nothing if nothing does', () => {
    using bench = make(5);
    const { clock, passed, coalescer } = bench;
    coalescer.flush();
    coalescer.signal();
    coalescer.flush();
    coalescer.flush();
    expect(passed).to.have.length(1);
    expect(clock.pendingCount).to.equal(0);
  });

  it('disposed, drops what waits', () => {
    using bench = make(5);
    const { clock, passed, coalescer } = bench;
    coalescer.signal();
    coalescer[Symbol.dispose]();
    clock.advance(100);
    expect([passed.length, clock.pendingCount]).to.deep.equal([0, 0]);
  });

  it('bug: disposed, ignores later signals and starts no timer', () => {
    using bench = make(2);
    const { clock, passed, coalescer } = bench;
    coalescer[Symbol.dispose]();
    coalescer.signal();
    expect(clock.pendingCount).to.equal(0);
    coalescer.signal();
    clock.advance(100);
    expect(passed).to.deep.equal([]);
  });

  it('a target that throws when the clock passes one on is told to onError, and the next one goes out (bug)', () => {
    const clock = new ManualClock();
    const errors: unknown[] = [];
    const broken = new Error('broken');
    const target = irqCallback(() => {
      throw broken;
    });
    const moderation = { maxCount: 2, maxDelayMs: 10 };
    using coalescer = new Coalescer(target, clock, {
      ...moderation,
      onError: (error) => errors.push(error),
    });
    using quiet = new Coalescer(target, clock, moderation);
    for (let i = 0; i < 2; i++) {
      coalescer.signal();
      quiet.signal();
      clock.advance(10);
    }
    expect(errors).to.deep.equal([broken, broken]);
    coalescer.signal();
    expect(() => {
      coalescer.signal();
    }).to.throw('broken');
    expect(errors).to.have.length(2);
  });

  for (const maxCount of [0, -1, 1.5, NaN, Infinity]) {
    it(`refuses maxCount ${maxCount}`, () => {
      expect(() => make(maxCount)).to.throw(RangeError, 'maxCount');
    });
  }

  it('loses nothing and merges no more than it may, whatever comes when', () => {
    const delays = fc.array(fc.nat(12), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), delays, (maxCount, waits) => {
        using bench = make(maxCount);
        const { clock, passed, coalescer } = bench;
        for (const wait of waits) {
          clock.advance(wait);
          coalescer.signal();
        }
        expect(passed.length * maxCount + maxCount > waits.length).to.equal(true);
        clock.advance(10);
        expect(passed.length * maxCount >= waits.length).to.equal(true);
        expect(passed.length <= waits.length).to.equal(true);
        expect(clock.pendingCount).to.equal(0);
      }),
      { seed: 20261121, numRuns: 200 },
    );
  });
});
