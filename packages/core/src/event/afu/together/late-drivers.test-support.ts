import { POLLERR } from '@mdevkit/uapi';
import { expect } from 'chai';
import { it } from 'mocha';
import { outcome } from '../../../errors/outcome.test-support.js';
import { next, now, type OpenBench } from './bench.test-support.js';
import {
  deferred,
  named,
  ScriptedDriver,
  type Deferred,
  type NamedEvent,
} from './scripted-driver.test-support.js';

/** A driver for which nobody waits any more, and which is at it still. */
export function describeLateDrivers(open: OpenBench): void {
  it('cxl read late driver: it was asked for another event while it was at one; now it is not, poll and read leave it out, and it stays registered', async () => {
    const late = deferred<NamedEvent>();
    const guard = deferred<never>();
    await using bench = await open({
      guard: { call: (_what, run) => Promise.race([guard.promise, run()]) },
    });
    const { context, reader } = bench;
    const driver = new ScriptedDriver(() => late.promise, named('b'));
    context.setDriverOps(driver);
    context.notify(2);
    const read = now(reader);
    await bench.settle();
    guard.reject(new Error('deadline'));
    expect(await read).to.equal('EAGAIN afu.empty');
    expect(await reader.poll()).to.equal(0);
    context.interrupt(1);
    expect(await next(reader)).to.equal('irq 1');
    expect([
      outcome(() => context.unsetDriverOps()),
      outcome(() => context.setDriverOps(driver)),
    ]).to.deep.equal(Array(2).fill('EBUSY afu.driver-busy'));
    expect(driver.log).to.deep.equal(['fetch']);
    const waiting = next(reader);
    await bench.settle();
    late.resolve(named('late'));
    expect(await waiting).to.equal('driver b');
    expect(driver.log).to.deep.equal(['fetch', 'late -125', 'fetch', 'b 0']);
    expect(outcome(() => context.unsetDriverOps())).to.equal(undefined);
  });

  it('cxl read late driver: without credits too it is not removed before it has answered, with an event, none, or an error', async () => {
    const answers: readonly (readonly [(late: Deferred<unknown>) => void, readonly string[]])[] = [
      [(late) => late.resolve(named('late')), ['late -125']],
      [(late) => late.resolve(undefined), []],
      [(late) => late.reject(new Error('broken late')), []],
    ];
    for (const [answer, ends] of answers) {
      const late = deferred<unknown>();
      await using bench = await open({
        guard: {
          call: (_what, run) => Promise.race([Promise.reject(new Error('deadline')), run()]),
        },
      });
      const { context, reader } = bench;
      const driver = new ScriptedDriver(() => late.promise);
      context.setDriverOps(driver);
      context.notify(1);
      expect(await now(reader)).to.equal('EAGAIN afu.empty');
      expect(outcome(() => context.unsetDriverOps())).to.equal('EBUSY afu.driver-busy');
      answer(late);
      await bench.settle();
      expect(outcome(() => context.unsetDriverOps())).to.equal(undefined);
      expect(driver.ends).to.deep.equal(ends);
    }
  });

  it('cxl read late driver: a context that has ended does not wait for it: EIO stays, and what it has then is cancelled', async () => {
    const late = deferred<NamedEvent>();
    await using bench = await open({
      guard: { call: (_what, run) => Promise.race([Promise.reject(new Error('deadline')), run()]) },
    });
    const { context, reader } = bench;
    const driver = new ScriptedDriver(() => late.promise, named('b'));
    context.setDriverOps(driver);
    context.notify(2);
    expect(await now(reader)).to.equal('EAGAIN afu.empty');
    const waiting = next(reader);
    await bench.settle();
    context.detach();
    expect(await waiting).to.equal('EIO afu.ended');
    expect(await reader.poll()).to.equal(POLLERR);
    late.resolve(named('late'));
    await bench.settle();
    expect([await reader.poll(), await now(reader)]).to.deep.equal([POLLERR, 'EIO afu.ended']);
    expect(driver.ends).to.deep.equal(['late -125', 'b -125']);
    expect(outcome(() => context.unsetDriverOps())).to.equal(undefined);
  });
}
