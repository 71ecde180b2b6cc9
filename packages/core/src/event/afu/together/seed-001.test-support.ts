import { CXL_READ_MIN_SIZE, Errno } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../../errors/outcome.test-support.js';
import type { AfuDriverOps } from '../afu-driver.js';
import { drain, next, now, type OpenBench } from './bench.test-support.js';
import {
  deferred,
  named,
  ScriptedDriver,
  type NamedEvent,
} from './scripted-driver.test-support.js';

/** What the second patch and its review settled. */
export function describeSeed001(open: OpenBench): void {
  describe('callbacks of a driver (seed 001: linuxppc-dev, May 2016, patch v5 and its review)', () => {
    describeRegistration(open);
    describeEvents(open);
  });
}

function describeRegistration(open: OpenBench): void {
  it('seed 001 name: the callback is fetchEvent; deliverEvent, which confused, is not known', async () => {
    await using bench = await open();
    const old = { deliverEvent: () => undefined, eventDelivered: () => undefined };
    expect(outcome(() => bench.context.setDriverOps(old as unknown as AfuDriverOps))).to.equal(
      'EINVAL afu.driver-ops',
    );
  });

  it('seed 001 missing callback: refused, and whoever was registered stays', async () => {
    await using bench = await open();
    bench.context.setDriverOps(new ScriptedDriver(named('a')));
    const fetchEvent = (): undefined => undefined;
    for (const ops of [{}, { fetchEvent }, { eventDelivered: fetchEvent }, undefined]) {
      expect(outcome(() => bench.context.setDriverOps(ops as unknown as AfuDriverOps))).to.equal(
        'EINVAL afu.driver-ops',
      );
    }
    bench.context.notify(1);
    expect(await next(bench.reader)).to.equal('driver a');
  });

  it('seed 001 set_driver_ops, acceptance set again: another driver takes over, but not while an event is announced or fetched', async () => {
    await using bench = await open();
    const slow = deferred<NamedEvent>();
    const other = new ScriptedDriver(named('b'));
    const replace = (): unknown => outcome(() => bench.context.setDriverOps(other));
    bench.context.setDriverOps(new ScriptedDriver(() => slow.promise));
    bench.context.notify(1);
    expect(replace()).to.equal('EBUSY afu.driver-busy');
    const read = next(bench.reader);
    await bench.settle();
    expect(replace()).to.equal('EBUSY afu.driver-busy');
    slow.resolve(named('a'));
    expect(await read).to.equal('driver a');
    expect(replace()).to.equal(undefined);
    bench.context.notify(1);
    expect(await next(bench.reader)).to.equal('driver b');
  });

  it('seed 001 unset_driver_ops, acceptance unset with credit: not while an event is announced; then it is over', async () => {
    await using bench = await open();
    const { context, reader } = bench;
    const unset = (): unknown => outcome(() => context.unsetDriverOps());
    expect(unset()).to.equal(undefined);
    context.setDriverOps(new ScriptedDriver(named('a')));
    context.notify(1);
    expect(unset()).to.equal('EBUSY afu.driver-busy');
    expect(await next(reader)).to.equal('driver a');
    expect(unset()).to.equal(undefined);
    expect(outcome(() => context.notify(1))).to.equal('EINVAL afu.no-driver');
    expect(await now(reader)).to.equal('EAGAIN afu.empty');
  });
}

function describeEvents(open: OpenBench): void {
  it('seed 001 data cap, acceptance size: 4096 bytes with the header; one more is EMSGSIZE, and the driver is told -EINVAL', async () => {
    await using bench = await open();
    const driver = new ScriptedDriver(
      named('most', new Uint8Array(4088)),
      named('more', new Uint8Array(4089)),
      named('far more', new Uint8Array(70_000)),
      named('a'),
    );
    bench.context.setDriverOps(driver);
    bench.context.notify(4);
    expect(await bench.reader.read(new Uint8Array(CXL_READ_MIN_SIZE))).to.equal(4096);
    expect(await drain(bench.reader)).to.deep.equal([
      'EMSGSIZE afu.event-size',
      'EMSGSIZE afu.event-size',
      'driver a',
      'EAGAIN afu.empty',
    ]);
    expect(driver.ends).to.deep.equal([
      'most 0',
      `more ${-Errno.EINVAL}`,
      `far more ${-Errno.EINVAL}`,
      'a 0',
    ]);
  });

  it('seed 001 data_size: is not on the wire: the data follow the header at once', async () => {
    await using bench = await open();
    bench.context.setDriverOps(new ScriptedDriver(named('a', Uint8Array.of(1, 2, 3))));
    bench.context.notify(1);
    const into = new Uint8Array(CXL_READ_MIN_SIZE).fill(0xff);
    expect(await bench.reader.read(into)).to.equal(11);
    expect([...into.subarray(0, 12)]).to.deep.equal([4, 0, 11, 0, 7, 0, 0, 0, 1, 2, 3, 0xff]);
  });

  it('seed 001 null payload: uses a credit up and is never delivered', async () => {
    await using bench = await open();
    const driver = new ScriptedDriver(undefined, null, named('a'), () => Promise.resolve(null));
    bench.context.setDriverOps(driver);
    bench.context.notify(4);
    expect(await next(bench.reader)).to.equal('driver a');
    expect(await now(bench.reader)).to.equal('EAGAIN afu.empty');
    expect(driver.log).to.deep.equal(['fetch', 'fetch', 'fetch', 'a 0', 'fetch']);
    expect(bench.context.driverErrors).to.equal(0);
  });

  it('seed 001 counter: counts for each context, and wakes all that wait', async () => {
    await using bench = await open();
    await using other = await open();
    const driver = new ScriptedDriver(named('a'), named('b'), named('c'));
    bench.context.setDriverOps(driver);
    other.context.setDriverOps(new ScriptedDriver(named('x')));
    const reads = [next(bench.reader), next(bench.reader), next(bench.reader)];
    await bench.settle();
    bench.context.notify(3);
    expect((await Promise.all(reads)).sort()).to.deep.equal(['driver a', 'driver b', 'driver c']);
    expect(await now(other.reader)).to.equal('EAGAIN afu.empty');
  });

  it('seed 001 counter: 0 is no event, and what is no number of events is refused', async () => {
    await using bench = await open();
    const { context } = bench;
    const notify = (n: number): unknown => outcome(() => context.notify(n));
    const driver = new ScriptedDriver();
    context.setDriverOps(driver);
    expect(notify(0)).to.equal(true);
    expect(await now(bench.reader)).to.equal('EAGAIN afu.empty');
    expect([-1, 1.5, NaN, Infinity].map(notify)).to.deep.equal(
      Array<string>(4).fill('EINVAL afu.notify-count'),
    );
    expect(notify(2 ** 20)).to.equal(true);
    expect(notify(1)).to.equal('ENOSPC afu.credits');
    // All of them turn out to be nothing, and the read still ends.
    expect(await now(bench.reader)).to.equal('EAGAIN afu.empty');
    expect(driver.log.length).to.equal(2 ** 20);
    expect(driver.log.every((line) => line === 'fetch')).to.equal(true);
  });
}
