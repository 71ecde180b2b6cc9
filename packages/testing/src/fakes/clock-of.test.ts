import { MdevHost, defineDriver } from '@mdevkit/core';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import sinon from 'sinon';
import { clockOf } from './clock-of.js';

describe("clockOf (own rule: sinon's fake timers drive a Clock)", () => {
  let timers: sinon.SinonFakeTimers;

  beforeEach(() => {
    timers = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });

  afterEach(() => {
    timers.restore();
  });

  it('tick runs what is due, in order, and never before', () => {
    const clock = clockOf(timers);
    const rang: string[] = [];
    clock.schedule(20, () => rang.push(`b at ${clock.now()}`));
    clock.schedule(10.5, () => rang.push(`a at ${clock.now()}`));
    timers.tick(10);
    expect(rang).to.deep.equal([]);
    timers.tick(10);
    expect(rang).to.deep.equal(['a at 11', 'b at 20']);
  });

  it('a timer that was disposed does not fire, and leaves nothing behind', () => {
    const handle = clockOf(timers).schedule(10, () => {
      throw new Error('fired');
    });
    handle[Symbol.dispose]();
    expect(timers.countTimers()).to.equal(0);
    timers.tick(20);
  });

  it('a wait beyond 2^31-1 ms is not cut off (Node.js, Timers), and can be disposed at any time', () => {
    const clock = clockOf(timers);
    const wait = 2 ** 31 + 5;
    let rang = 0;
    clock.schedule(wait, () => (rang += 1));
    const other = clock.schedule(wait, () => (rang += 1));
    timers.tick(wait - 1);
    expect(rang).to.equal(0);
    other[Symbol.dispose]();
    timers.tick(1);
    expect([rang, timers.countTimers()]).to.deep.equal([1, 0]);
  });

  it('tickAsync lets the grace of a removal pass (core, MdevHost.remove)', async () => {
    await using host = new MdevHost({ clock: clockOf(timers) });
    await host.load(
      defineDriver({
        name: 'd',
        deviceApi: 'vfio-platform',
        types: [{ id: 't' }],
        parents: [{ name: 'p', capacity: 1 }],
        model: () => ({ deviceApi: 'vfio-platform', regions: [], irqs: [] }),
      }),
    );
    const { uuid } = await host.create({ parent: 'p', type: 'd-t' });
    await using _ = await host.open(uuid);
    const removal = host.remove(uuid, 5000);
    await timers.tickAsync(4999);
    expect(host.mdevs.length).to.equal(1);
    await timers.tickAsync(1);
    await removal;
    expect(host.mdevs).to.deep.equal([]);
  });
});
