import { CXL_READ_MIN_SIZE } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome, settled } from '../../../errors/outcome.test-support.js';
import type { AfuContext } from '../afu-driver.js';
import { drain, next, now, type OpenBench } from './bench.test-support.js';
import { describeLateDrivers } from './late-drivers.test-support.js';
import {
  broken,
  deferred,
  named,
  ScriptedDriver,
  type NamedEvent,
} from './scripted-driver.test-support.js';

/** What a read gives, and when. */
export function describeReads(open: OpenBench): void {
  describe('read of a context (drivers/misc/cxl/file.c, afu_read)', () => {
    describeOneRead(open);
    describeCoalescing(open);
    describeWaiting(open);
  });
  describe('a driver that misbehaves (own rule: no context hangs on its driver)', () => {
    describeBadDrivers(open);
    describeLateDrivers(open);
  });
}

function describeOneRead(open: OpenBench): void {
  it('cxl read buffer, acceptance buffer: below 4096 bytes it is refused before anything else, and takes nothing', async () => {
    await using bench = await open();
    const driver = new ScriptedDriver(named('a'));
    const small = (): Promise<unknown> =>
      settled(() => bench.reader.read(new Uint8Array(CXL_READ_MIN_SIZE - 1)));
    expect(await small()).to.equal('EINVAL afu.read-size');
    bench.context.setDriverOps(driver);
    bench.context.notify(1);
    bench.context.interrupt(1);
    expect(await small()).to.equal('EINVAL afu.read-size');
    expect(driver.log).to.deep.equal([]);
    bench.context.detach();
    expect(await drain(bench.reader)).to.deep.equal(['driver a', 'irq 1', 'EIO afu.ended']);
    expect(await small()).to.equal('EINVAL afu.read-size');
  });

  it('cxl read one event: a read gives one, of 16, 40 or 24 bytes, with the number of the context', async () => {
    await using bench = await open();
    bench.context.interrupt(0x102);
    bench.context.fault({ address: 0x1122_3344_5566_7788n, dsisr: 0x4000_0000n });
    bench.context.afuError(0xffff_ffff_ffff_ffffn);
    const into = new Uint8Array(2 * CXL_READ_MIN_SIZE);
    const hex = (length: number): string => Buffer.from(into.subarray(0, length)).toString('hex');
    expect(hex(await bench.reader.read(into))).to.equal('0100100007000000' + '0000020100000000');
    expect(hex(await bench.reader.read(into))).to.equal(
      '0200280007000000' +
        '0000000000000000' +
        '8877665544332211' +
        '0000004000000000' +
        '0000000000000000',
    );
    expect(hex(await bench.reader.read(into))).to.equal(
      '0300180007000000' + '0000000000000000' + 'ffffffffffffffff',
    );
    expect(await now(bench.reader)).to.equal('EAGAIN afu.empty');
  });

  it('cxl read order, acceptance priority: driver, interrupts with the lowest first, fault, error, and the end after all', async () => {
    await using bench = await open();
    bench.context.start();
    bench.context.afuError(9n);
    bench.context.fault({ address: 8n, dsisr: 7n });
    for (const irq of [2037, 64, 1, 33, 32]) {
      bench.context.interrupt(irq);
    }
    bench.context.setDriverOps(new ScriptedDriver(named('a')));
    bench.context.notify(1);
    bench.context.detach();
    expect(await drain(bench.reader)).to.deep.equal([
      'driver a',
      'irq 1',
      'irq 32',
      'irq 33',
      'irq 64',
      'irq 2037',
      'fault 8 7',
      'error 9',
      'EIO afu.ended',
    ]);
  });

  it('cxl read starvation: after as many events of the driver as it was told, one of the others comes first', async () => {
    await using bench = await open({ starvationBound: 2 });
    const driver = new ScriptedDriver(...'abcdefg'.split('').map((name) => named(name)));
    bench.context.setDriverOps(driver);
    bench.context.notify(7);
    bench.context.interrupt(1);
    bench.context.interrupt(2);
    expect(await drain(bench.reader)).to.deep.equal([
      'driver a',
      'driver b',
      'irq 1',
      'driver c',
      'driver d',
      'irq 2',
      'driver e',
      'driver f',
      'driver g',
      'EAGAIN afu.empty',
    ]);
  });
}

function describeCoalescing(open: OpenBench): void {
  it('cxl read irq: one that was raised many times before it is read is one, and then may come again', async () => {
    await using bench = await open();
    for (let i = 0; i < 1000; i++) {
      bench.context.interrupt(3);
    }
    expect(await drain(bench.reader)).to.deep.equal(['irq 3', 'EAGAIN afu.empty']);
    bench.context.interrupt(3);
    bench.context.interrupt(2);
    expect(await next(bench.reader)).to.equal('irq 2');
    bench.context.interrupt(1);
    expect(await drain(bench.reader)).to.deep.equal(['irq 1', 'irq 3', 'EAGAIN afu.empty']);
  });

  it('cxl read fault: there is room for one; a newer one takes its place', async () => {
    await using bench = await open();
    bench.context.fault({ address: 0x1000n, dsisr: 1n });
    bench.context.fault({ address: 0x2000n, dsisr: 2n });
    expect(await drain(bench.reader)).to.deep.equal(['fault 2000 2', 'EAGAIN afu.empty']);
  });

  it('cxl read fault at 0: is a fault like any other', async () => {
    await using bench = await open();
    bench.context.fault({ address: 0n, dsisr: 0n });
    expect(await drain(bench.reader)).to.deep.equal(['fault 0 0', 'EAGAIN afu.empty']);
  });

  it('cxl read error: there is room for one; what comes before it was read is counted and dropped', async () => {
    await using bench = await open();
    bench.context.afuError(1n);
    bench.context.afuError(2n);
    bench.context.afuError(3n);
    expect(bench.context.droppedErrors).to.equal(2);
    expect(await next(bench.reader)).to.equal('error 1');
    bench.context.afuError(0n);
    expect(await drain(bench.reader)).to.deep.equal(['error 0', 'EAGAIN afu.empty']);
  });

  it('cxl read values: what does not fit the event is refused', async () => {
    await using bench = await open({ irqs: 4 });
    const { context } = bench;
    expect([0, 5, -1, 1.5, NaN].map((irq) => outcome(() => context.interrupt(irq)))).to.deep.equal(
      Array<string>(5).fill('EINVAL afu.irq'),
    );
    const bad = [-1n, 2n ** 64n];
    for (const value of bad) {
      expect([
        outcome(() => context.fault({ address: value, dsisr: 0n })),
        outcome(() => context.fault({ address: 0n, dsisr: value })),
        outcome(() => context.afuError(value)),
      ]).to.deep.equal(Array<string>(3).fill('EINVAL afu.value'));
    }
    context.interrupt(4);
    expect(await drain(bench.reader)).to.deep.equal(['irq 4', 'EAGAIN afu.empty']);
  });
}

function describeWaiting(open: OpenBench): void {
  it('cxl read non-blocking: without an event it is EAGAIN, also while others wait', async () => {
    await using bench = await open();
    expect(await now(bench.reader)).to.equal('EAGAIN afu.empty');
    const waiting = next(bench.reader);
    await bench.settle();
    expect(await now(bench.reader)).to.equal('EAGAIN afu.empty');
    bench.context.interrupt(1);
    expect(await waiting).to.equal('irq 1');
  });

  it('cxl read wakes: an interrupt, a fault, an error, a driver, a detach and a lost card wake who waits', async () => {
    const causes: readonly [string, (bench: Awaited<ReturnType<OpenBench>>) => void][] = [
      ['irq 1', ({ context }): void => context.interrupt(1)],
      ['fault 1 0', ({ context }): void => context.fault({ address: 1n, dsisr: 0n })],
      ['error 1', ({ context }): void => context.afuError(1n)],
      ['driver a', ({ context }): unknown => context.notify(1)],
      ['EIO afu.ended', ({ context }): void => context.detach()],
      ['EIO afu.ended', ({ context }): void => context.linkDown()],
    ];
    for (const [expected, cause] of causes) {
      await using bench = await open();
      bench.context.setDriverOps(new ScriptedDriver(named('a')));
      const waiting = next(bench.reader);
      await bench.settle();
      cause(bench);
      expect(await waiting).to.equal(expected);
    }
  });

  it('cxl read readers: each gets an event of its own, in the order of their coming', async () => {
    await using bench = await open();
    const reads = Array.from({ length: 5 }, () => next(bench.reader));
    await bench.settle();
    for (const irq of [5, 4, 3, 2, 1]) {
      bench.context.interrupt(irq);
    }
    expect(await Promise.all(reads)).to.deep.equal(['irq 1', 'irq 2', 'irq 3', 'irq 4', 'irq 5']);
  });

  it('cxl read turns: who comes while a driver is asked waits for that, and not for an event', async () => {
    await using bench = await open();
    const slow = deferred<NamedEvent>();
    bench.context.setDriverOps(new ScriptedDriver(() => slow.promise));
    bench.context.notify(1);
    const first = next(bench.reader);
    await bench.settle();
    const second = now(bench.reader);
    const third = now(bench.reader);
    await bench.settle();
    bench.context.interrupt(1);
    slow.resolve(named('a'));
    expect(await Promise.all([first, second, third])).to.deep.equal([
      'driver a',
      'irq 1',
      'EAGAIN afu.empty',
    ]);
  });
}

function describeBadDrivers(open: OpenBench): void {
  it('cxl read broken driver: what it throws, rejects or answers that is no event costs a credit and is counted', async () => {
    await using bench = await open();
    const driver = new ScriptedDriver(
      broken,
      () => Promise.reject(new Error('broken later')),
      'rubbish',
      { data: 'no bytes' },
      {
        get data(): never {
          return broken();
        },
      },
      () => Promise.resolve(5),
      named('a'),
      broken,
    );
    bench.context.setDriverOps(driver);
    bench.context.notify(8);
    bench.context.interrupt(1);
    expect(await drain(bench.reader)).to.deep.equal(['driver a', 'irq 1', 'EAGAIN afu.empty']);
    expect(bench.context.driverErrors).to.equal(7);
    expect(driver.ends).to.deep.equal(['a 0']);
    expect(outcome(() => bench.context.unsetDriverOps())).to.equal(undefined);
  });

  it('cxl read broken delivery: what eventDelivered throws or rejects is counted, and the event has ended', async () => {
    await using bench = await open();
    const driver = new ScriptedDriver(named('a'), named('b', new Uint8Array(5000)), named('c'));
    driver.verdicts.push(broken, broken, () => Promise.reject(new Error('broken later')));
    bench.context.setDriverOps(driver);
    bench.context.notify(3);
    expect(await drain(bench.reader)).to.deep.equal([
      'driver a',
      'EMSGSIZE afu.event-size',
      'driver c',
      'EAGAIN afu.empty',
    ]);
    expect(driver.ends).to.deep.equal(['a 0', 'b -22', 'c 0']);
    expect(bench.context.driverErrors).to.equal(3);
  });

  it('cxl read endless driver, acceptance null fetch: one that goes on announcing events and has none ends the read, after the others', async () => {
    await using bench = await open();
    let fetches = 0;
    let endless = true;
    bench.context.setDriverOps({
      fetchEvent: (context: AfuContext): NamedEvent | undefined => {
        fetches += 1;
        context.notify(endless ? 1 : 0);
        return endless ? undefined : named('a');
      },
      eventDelivered: () => undefined,
    });
    bench.context.notify(1);
    bench.context.interrupt(1);
    expect(await next(bench.reader)).to.equal('irq 1');
    expect(await next(bench.reader)).to.equal('EPROTO afu.no-event');
    expect(fetches).to.be.lessThan(2 ** 22);
    endless = false;
    expect(await drain(bench.reader)).to.deep.equal(['driver a', 'EAGAIN afu.empty']);
  });

  it('cxl read silent driver: a guard ends the wait; an event that comes later is cancelled', async () => {
    const late = deferred<NamedEvent>();
    const guard = deferred<never>();
    await using bench = await open({
      guard: { call: (_what, run) => Promise.race([guard.promise, run()]) },
    });
    const driver = new ScriptedDriver(() => late.promise);
    bench.context.setDriverOps(driver);
    bench.context.notify(1);
    bench.context.interrupt(1);
    const read = next(bench.reader);
    await bench.settle();
    guard.reject(new Error('deadline'));
    expect(await read).to.equal('irq 1');
    expect(bench.context.driverErrors).to.equal(1);
    expect(driver.ends).to.deep.equal([]);
    late.resolve(named('late'));
    await bench.settle();
    expect(driver.ends).to.deep.equal(['late -125']);
    expect(await now(bench.reader)).to.equal('EAGAIN afu.empty');
  });
}
