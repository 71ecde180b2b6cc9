import { expect } from 'chai';
import { describe, it } from 'mocha';
import { microtasks, outcome } from '../errors/outcome.test-support.js';
import { LocalEventfd } from './eventfd.js';

describe('LocalEventfd (eventfd(2))', () => {
  it('read of a zero counter is EAGAIN', () => {
    using eventfd = new LocalEventfd();
    expect(outcome(() => eventfd.read())).to.equal('EAGAIN eventfd.empty');
  });

  it('signals add up, and a read sets the counter to zero', () => {
    using eventfd = new LocalEventfd();
    eventfd.signal();
    eventfd.signal();
    eventfd.signal();
    expect(eventfd.read()).to.equal(3);
    expect(outcome(() => eventfd.read())).to.equal('EAGAIN eventfd.empty');
  });

  it('a subscriber is called once for each signal, and the counter stays zero', () => {
    using eventfd = new LocalEventfd();
    let called = 0;
    const subscription = eventfd.subscribe(() => (called += 1));
    eventfd.signal();
    eventfd.signal();
    expect(called).to.equal(2);
    expect(outcome(() => eventfd.read())).to.equal('EAGAIN eventfd.empty');
    subscription[Symbol.dispose]();
    eventfd.signal();
    expect(called).to.equal(2);
    expect(eventfd.read()).to.equal(1);
  });

  it('a subscriber of a signalled one is called at once, and takes the count', () => {
    using eventfd = new LocalEventfd();
    eventfd.signal();
    eventfd.signal();
    let called = 0;
    using _ = eventfd.subscribe(() => (called += 1));
    expect(called).to.equal(1);
    expect(outcome(() => eventfd.read())).to.equal('EAGAIN eventfd.empty');
  });

  it('iterates over the counts and ends when it is disposed', async () => {
    const eventfd = new LocalEventfd();
    const seen: number[] = [];
    const loop = (async () => {
      for await (const count of eventfd) {
        seen.push(count);
      }
    })();
    eventfd.signal();
    eventfd.signal();
    await microtasks();
    eventfd.signal();
    await microtasks();
    expect(seen).to.deep.equal([2, 1]);
    eventfd[Symbol.dispose]();
    await loop;
    expect(seen).to.deep.equal([2, 1]);
  });

  it('bug: two iterations of one eventfd both end', async () => {
    const eventfd = new LocalEventfd();
    const ended: string[] = [];
    const iterate = async (name: string): Promise<void> => {
      for await (const _ of eventfd) {
        // Whoever comes first takes the count.
      }
      ended.push(name);
    };
    const loops = [iterate('first'), iterate('second')];
    await microtasks();
    eventfd.signal();
    await microtasks();
    eventfd[Symbol.dispose]();
    await microtasks();
    expect(ended).to.have.members(['first', 'second']);
    await Promise.all(loops);
  });

  it('a subscriber that subscribes again while it is called is called once for each signal (bug)', () => {
    using eventfd = new LocalEventfd();
    let called = 0;
    const callback = (): void => {
      called += 1;
      if (called > 10) {
        expect.fail('called for ever');
      }
      subscription[Symbol.dispose]();
      subscription = eventfd.subscribe(callback);
    };
    let subscription = eventfd.subscribe(callback);
    eventfd.signal();
    eventfd.signal();
    expect(called).to.equal(2);
  });

  it('a subscriber that another one removes is not called any more (bug)', () => {
    using eventfd = new LocalEventfd();
    const order: string[] = [];
    eventfd.subscribe(() => {
      order.push('first');
      second[Symbol.dispose]();
    });
    const second = eventfd.subscribe(() => order.push('second'));
    eventfd.subscribe(() => order.push('third'));
    eventfd.signal();
    expect(order).to.deep.equal(['first', 'third']);
  });

  it('a subscriber that throws does not keep the others from being called (bug)', () => {
    using eventfd = new LocalEventfd();
    const broken = new Error('broken');
    const thrower = (): never => {
      throw broken;
    };
    let called = 0;
    const signal = (): void => {
      eventfd.signal();
    };
    eventfd.subscribe(thrower);
    eventfd.subscribe(() => (called += 1));
    expect(signal).to.throw(broken);
    eventfd.subscribe(thrower);
    expect(signal)
      .to.throw(AggregateError)
      .with.property('errors')
      .that.deep.equals([broken, broken]);
    expect(called).to.equal(2);
  });

  it('disposed, ignores signals and calls nobody; disposing again does nothing', () => {
    const eventfd = new LocalEventfd();
    let called = 0;
    eventfd.subscribe(() => (called += 1));
    eventfd[Symbol.dispose]();
    eventfd[Symbol.dispose]();
    eventfd.signal();
    expect(called).to.equal(0);
    expect(outcome(() => eventfd.read())).to.equal('EAGAIN eventfd.empty');
  });
});
