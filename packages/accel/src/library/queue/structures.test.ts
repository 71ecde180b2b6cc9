import { expect } from 'chai';
import { describe, it } from 'mocha';
import { settled } from '../../settled.test-support.js';
import { Doorbell } from './doorbell.js';
import { extentBytes } from './extent.js';
import { InFlight, type Pending } from './in-flight.js';
import { Turnstile } from './turnstile.js';

const pending: Pending = {
  resolve: () => undefined,
  reject: () => undefined,
  start: 0,
  size: 0,
  outputAt: 0,
  outputBytes: 0,
  secretAt: 0,
  secretBytes: 0,
  buffer: undefined,
};

describe('extents of buffer memory', () => {
  it('come in whole units', () => {
    expect([0, 1, 64, 65].map(extentBytes)).to.deep.equal([0, 64, 64, 128]);
  });
});

describe('jobs in flight, by tag (UADK wd_util.c, message pool)', () => {
  it('a tag finds its job once, and no tag of another time finds it', () => {
    const jobs = new InFlight(2);
    const first = jobs.add(pending);
    expect(jobs.take(first)).to.equal(pending);
    expect(jobs.take(first)).to.equal(undefined);
    const again = jobs.add(pending);
    expect(again).not.to.equal(first);
    expect(jobs.take(first)).to.equal(undefined);
    expect(jobs.take(again + 1)).to.equal(undefined);
    jobs.add(pending);
    expect(jobs.full).to.equal(true);
    expect(() => jobs.add(pending)).to.throw(RangeError);
    expect(jobs.takeAll().length).to.equal(2);
    expect(jobs.size).to.equal(0);
  });

  it('tags stay 32 bits wide, and differ until 2^20 jobs later', () => {
    const jobs = new InFlight(1);
    const next = (): number => {
      const tag = jobs.add(pending);
      jobs.take(tag);
      return tag;
    };
    const first = next();
    let most = first;
    let met = 1;
    while (next() !== first) {
      met += 1;
    }
    for (let i = 0; i < 0x8_0000; i++) {
      most = Math.max(most, next());
    }
    expect(met).to.equal(2 ** 20);
    expect(most).to.be.within(0x8000_0000, 0xffff_ffff);
  });
});

describe('a doorbell', () => {
  it('writes at once, and then only the newest value', async () => {
    const values: number[] = [];
    const ends: (() => void)[] = [];
    const doorbell = new Doorbell(
      (bytes) => {
        values.push(new DataView(bytes.buffer).getUint32(0, true));
        return new Promise<void>((resolve) => ends.push(resolve));
      },
      () => undefined,
    );
    doorbell.ring(1);
    doorbell.ring(2);
    doorbell.ring(0xffff_ffff);
    expect(values).to.deep.equal([1]);
    ends[0]?.();
    await settled();
    expect(values).to.deep.equal([1, 0xffff_ffff]);
    ends[1]?.();
    await settled();
    doorbell.ring(0xffff_ffff);
    expect(doorbell.writes).to.equal(2);
  });

  it('reports a failed write and never throws', async () => {
    const errors: unknown[] = [];
    const doorbell = new Doorbell(
      () => Promise.reject(new Error('gone')),
      (error) => errors.push(error),
    );
    doorbell.ring(1);
    await settled();
    expect(String(errors[0])).to.equal('Error: gone');
  });
});

describe('a turnstile', () => {
  it('lets in one at a time, in order', async () => {
    const turnstile = new Turnstile();
    const order: number[] = [];
    expect(turnstile.enter()).to.equal(undefined);
    for (const who of [1, 2, 3]) {
      void turnstile.enter()?.then(() => order.push(who));
    }
    await settled();
    expect(order).to.deep.equal([]);
    for (const expected of [[1], [1, 2], [1, 2, 3]]) {
      turnstile.leave();
      await settled();
      expect(order).to.deep.equal(expected);
    }
    turnstile.leave();
    expect(turnstile.enter()).to.equal(undefined);
  });
});
