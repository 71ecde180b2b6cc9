import { POLLERR, POLLIN, POLLRDNORM } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome, settled } from '../../../errors/outcome.test-support.js';
import { readAfuEvents } from '../read-afu-events.js';
import { drain, next, now, type OpenBench } from './bench.test-support.js';
import {
  deferred,
  named,
  ScriptedDriver,
  type NamedEvent,
} from './scripted-driver.test-support.js';

const READABLE = POLLIN | POLLRDNORM;

/** What poll answers, and what becomes of events when a context ends. */
export function describeLife(open: OpenBench): void {
  describe('poll of a context (drivers/misc/cxl/file.c, afu_poll)', () => {
    describePoll(open);
  });
  describe('the end of a context (drivers/misc/cxl/context.c, __detach_context, cxl_context_free)', () => {
    describeEnd(open);
    describeFree(open);
  });
}

function describePoll(open: OpenBench): void {
  it('cxl poll readable: while something of the driver, an interrupt, a fault or an error is there', async () => {
    await using bench = await open();
    const { context, reader } = bench;
    context.setDriverOps(new ScriptedDriver(named('a')));
    expect(await reader.poll()).to.equal(0);
    const causes: readonly (() => unknown)[] = [
      () => context.notify(1),
      () => context.interrupt(1),
      () => context.fault({ address: 0n, dsisr: 0n }),
      () => context.afuError(0n),
    ];
    for (const cause of causes) {
      cause();
      expect(await reader.poll()).to.equal(READABLE);
      await next(reader);
      expect(await reader.poll()).to.equal(0);
    }
  });

  it('cxl poll error, acceptance poll: only when all was read, after a detach', async () => {
    await using bench = await open();
    const { context, reader } = bench;
    context.start();
    context.interrupt(1);
    context.detach();
    expect(await reader.poll()).to.equal(READABLE);
    expect(await now(reader)).to.equal('irq 1');
    expect(await reader.poll()).to.equal(POLLERR);
    expect([await now(reader), await next(reader)]).to.deep.equal([
      'EIO afu.ended',
      'EIO afu.ended',
    ]);
  });

  it('cxl poll link: a card that is gone ends the context as a detach does: read and poll agree', async () => {
    await using bench = await open();
    const { context, reader } = bench;
    context.start();
    context.interrupt(1);
    context.linkDown();
    expect(context.linkIsDown).to.equal(true);
    expect(await reader.poll()).to.equal(READABLE);
    expect(await drain(reader)).to.deep.equal(['irq 1', 'EIO afu.ended']);
    expect(await reader.poll()).to.equal(POLLERR);
  });

  it('cxl poll empty fetch: said readable, and the read finds nothing: then it says so, too', async () => {
    await using bench = await open();
    bench.context.setDriverOps(new ScriptedDriver());
    bench.context.notify(2);
    expect(await bench.reader.poll()).to.equal(READABLE);
    expect(await now(bench.reader)).to.equal('EAGAIN afu.empty');
    expect(await bench.reader.poll()).to.equal(0);
  });

  it('cxl poll changes: who waits for a change is told when there is something, and when there will be nothing', async () => {
    await using bench = await open();
    const { context, reader } = bench;
    context.setDriverOps(new ScriptedDriver(named('a')));
    for (const cause of [() => context.notify(1), (): void => context.interrupt(1)]) {
      const ready = reader.ready();
      await bench.settle();
      cause();
      expect(await ready).to.equal(READABLE);
      await now(reader);
    }
    const ready = reader.ready();
    await bench.settle();
    context.detach();
    expect(await ready).to.equal(POLLERR);
  });

  it('cxl poll iteration: for await gives the events until the context has ended', async () => {
    await using bench = await open();
    bench.context.setDriverOps(new ScriptedDriver(named('a')));
    const kinds: string[] = [];
    const reading = (async (): Promise<void> => {
      for await (const event of readAfuEvents(bench.reader)) {
        kinds.push(event.kind);
      }
    })();
    for (const cause of [
      (): unknown => bench.context.interrupt(1),
      (): unknown => bench.context.notify(1),
      (): unknown => bench.context.detach(),
    ]) {
      await bench.settle();
      cause();
    }
    await reading;
    expect(kinds).to.deep.equal(['interrupt', 'driver']);
  });
}

function describeEnd(open: OpenBench): void {
  it('cxl context states: opened, started, closed for good', async () => {
    await using bench = await open();
    const { context } = bench;
    expect(context.state).to.equal('opened');
    context.start();
    context.start();
    expect(context.state).to.equal('started');
    context.detach();
    context.detach();
    expect(context.state).to.equal('closed');
    expect(outcome(() => context.start())).to.equal('EIO afu.detached');
  });

  it('cxl context opened, acceptance close: a detach wakes who waits before the context has started', async () => {
    await using bench = await open();
    const waiting = [next(bench.reader), next(bench.reader)];
    await bench.settle();
    bench.context.detach();
    expect(await Promise.all(waiting)).to.deep.equal(['EIO afu.ended', 'EIO afu.ended']);
  });

  it('cxl context irq number, acceptance irq number: an interrupt that was raised before the detach keeps its number', async () => {
    await using bench = await open();
    bench.context.start();
    bench.context.interrupt(5);
    bench.context.interrupt(2000);
    bench.context.detach();
    expect(await drain(bench.reader)).to.deep.equal(['irq 5', 'irq 2000', 'EIO afu.ended']);
  });

  it('cxl context drained: events of the driver that were announced before the detach are still read', async () => {
    await using bench = await open();
    const driver = new ScriptedDriver(named('a'), () => Promise.resolve(named('b')));
    bench.context.setDriverOps(driver);
    bench.context.notify(2);
    bench.context.detach();
    expect(await drain(bench.reader)).to.deep.equal(['driver a', 'driver b', 'EIO afu.ended']);
    expect(driver.ends).to.deep.equal(['a 0', 'b 0']);
  });

  it('cxl context over: what it is told after its end is dropped, so that EIO stays', async () => {
    for (const end of ['detach', 'linkDown'] as const) {
      await using bench = await open();
      const { context, reader } = bench;
      const driver = new ScriptedDriver(named('a'));
      context.setDriverOps(driver);
      context[end]();
      context.interrupt(1);
      context.fault({ address: 1n, dsisr: 1n });
      context.afuError(1n);
      expect(context.notify(1)).to.equal(false);
      expect(await now(reader)).to.equal('EIO afu.ended');
      expect(await reader.poll()).to.equal(POLLERR);
      expect(driver.log).to.deep.equal([]);
    }
  });
}

function describeFree(open: OpenBench): void {
  it('cxl context closed: a close answers all that read with EBADF, and waits for nobody', async () => {
    await using bench = await open();
    const slow = deferred<NamedEvent>();
    const driver = new ScriptedDriver(() => slow.promise);
    bench.context.setDriverOps(driver);
    bench.context.notify(1);
    bench.context.interrupt(1);
    const reads = [next(bench.reader), next(bench.reader), now(bench.reader)];
    await bench.settle();
    await bench.reader.close();
    const answers = await Promise.all(reads);
    expect(answers.map((answer) => answer.split(' ')[0])).to.deep.equal(Array(3).fill('EBADF'));
    slow.resolve(named('a'));
    await bench.context.free();
    expect(driver.ends).to.deep.equal(['a -125']);
    expect(String(await settled(() => bench.reader.poll()))).to.match(/^EBADF /);
    expect(bench.context.state).to.equal('closed');
  });

  it('cxl context free: what was announced and not read is fetched, and ends with -ECANCELED', async () => {
    await using bench = await open();
    const driver = new ScriptedDriver(named('a'), undefined, () => Promise.resolve(named('b')));
    driver.push(() => Promise.reject(new Error('broken')), named('c'));
    bench.context.setDriverOps(driver);
    bench.context.notify(5);
    await bench.context.free();
    expect(driver.ends).to.deep.equal(['a -125', 'b -125', 'c -125']);
    expect(bench.context.notify(1)).to.equal(false);
    await bench.context.free();
    expect(driver.log.length).to.equal(8);
  });

  it('cxl context free: it does not wait for a driver that is late, and what that gives then ends with -ECANCELED', async () => {
    const slow = deferred<NamedEvent>();
    await using bench = await open({
      guard: { call: (_what, run) => Promise.race([Promise.reject(new Error('deadline')), run()]) },
    });
    const driver = new ScriptedDriver(() => slow.promise, named('b'));
    bench.context.setDriverOps(driver);
    bench.context.notify(2);
    expect(await now(bench.reader)).to.equal('EAGAIN afu.empty');
    await bench.context.free();
    expect(driver.log).to.deep.equal(['fetch']);
    slow.resolve(named('late'));
    await bench.settle();
    expect(driver.log).to.deep.equal(['fetch', 'late -125']);
  });

  it('cxl context free: who waits for a change is told', async () => {
    await using bench = await open();
    const ready = bench.reader.ready();
    await bench.settle();
    await bench.context.free();
    expect(await ready).to.equal(POLLERR);
  });

  it('cxl context free: a driver that has something now and then is asked on', async () => {
    await using bench = await open();
    const nothing = Array<undefined>(63).fill(undefined);
    const driver = new ScriptedDriver(...nothing, named('a'), ...nothing, named('b'));
    bench.context.setDriverOps(driver);
    bench.context.notify(128);
    await bench.context.free();
    expect(driver.ends).to.deep.equal(['a -125', 'b -125']);
  });

  it('cxl context free: a driver that has nothing of what it announced is not asked for ever', async () => {
    await using bench = await open();
    const driver = new ScriptedDriver();
    bench.context.setDriverOps(driver);
    bench.context.notify(2 ** 20);
    await bench.context.free();
    expect(driver.log.length).to.equal(64);
  });

  it('cxl context free: in the middle of a delivery it changes nothing for the event that was read', async () => {
    await using bench = await open();
    const driver = new ScriptedDriver(named('a'), named('b'));
    driver.verdicts.push(() => void bench.context.free());
    bench.context.setDriverOps(driver);
    bench.context.notify(2);
    expect(await next(bench.reader)).to.equal('driver a');
    await bench.context.free();
    expect(driver.ends).to.deep.equal(['a 0', 'b -125']);
  });
}
