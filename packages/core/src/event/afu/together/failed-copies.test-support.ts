import { CXL_READ_MIN_SIZE, POLLIN, POLLRDNORM } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../../errors/outcome.test-support.js';
import { drain, next, now, type FaultyAfuBench, type OpenBench } from './bench.test-support.js';
import { broken, named, ScriptedDriver } from './scripted-driver.test-support.js';

/** What becomes of an event that does not reach its reader. */
export function describeFailedCopies(open: OpenBench<FaultyAfuBench>): void {
  describe('a copy that fails (seed 000 wants the event again, seed 001 tells the driver: both)', () => {
    describeRetry(open);
    describeOthers(open);
  });
}

function describeRetry(open: OpenBench<FaultyAfuBench>): void {
  it('seed 001 retry, acceptance retry: the driver is told -EFAULT, and the next read gives the same bytes', async () => {
    for (const verdict of ['retry', undefined, 'nonsense', broken]) {
      await using bench = await open();
      const data = Uint8Array.of(1, 2, 3);
      const driver = new ScriptedDriver(named('a', data), named('b'));
      driver.verdicts.push(verdict, verdict);
      bench.context.setDriverOps(driver);
      bench.context.notify(2);
      bench.failCopies(2);
      expect(await next(bench.reader)).to.equal('EFAULT afu.copy');
      expect(await now(bench.reader)).to.equal('EFAULT afu.copy');
      expect(await bench.reader.poll()).to.equal(POLLIN | POLLRDNORM);
      const into = new Uint8Array(CXL_READ_MIN_SIZE);
      expect(await bench.reader.read(into)).to.equal(11);
      expect(into.subarray(8, 11)).to.deep.equal(data);
      expect(driver.log).to.deep.equal(['fetch', 'a -14', 'a -14', 'a 0']);
      expect(await next(bench.reader)).to.equal('driver b');
    }
  });

  it('seed 001 retry, acceptance drop: a driver that answers drop has it back, and the next read gives the next event', async () => {
    await using bench = await open();
    const driver = new ScriptedDriver(named('a'), named('b'));
    driver.verdicts.push('drop');
    bench.context.setDriverOps(driver);
    bench.context.notify(2);
    bench.failCopies(1);
    expect(await next(bench.reader)).to.equal('EFAULT afu.copy');
    expect(await drain(bench.reader)).to.deep.equal(['driver b', 'EAGAIN afu.empty']);
    expect(driver.ends).to.deep.equal(['a -14', 'b 0']);
  });

  it('seed 000 #4: until it has ended it is the same object, and fetchEvent is not asked again', async () => {
    await using bench = await open();
    const event = named('a');
    const driver = new ScriptedDriver(event);
    bench.context.setDriverOps(driver);
    bench.context.notify(1);
    bench.failCopies(3);
    const seen = [await now(bench.reader), await now(bench.reader), await now(bench.reader)];
    expect(seen).to.deep.equal(Array(3).fill('EFAULT afu.copy'));
    expect(await now(bench.reader)).to.equal('driver a');
    expect(driver.objects).to.deep.equal(Array(4).fill(event));
    expect(driver.objects.every((object) => object === event)).to.equal(true);
    expect(driver.log.filter((line) => line === 'fetch').length).to.equal(1);
  });

  it('seed 001 unset_driver_ops, seed 001 set_driver_ops, acceptance unset in flight: not while an event is in flight', async () => {
    await using bench = await open();
    const driver = new ScriptedDriver(named('a'));
    bench.context.setDriverOps(driver);
    bench.context.notify(1);
    bench.failCopies(1);
    expect(await now(bench.reader)).to.equal('EFAULT afu.copy');
    expect([
      outcome(() => bench.context.unsetDriverOps()),
      outcome(() => bench.context.setDriverOps(driver)),
    ]).to.deep.equal(['EBUSY afu.driver-busy', 'EBUSY afu.driver-busy']);
    expect(await now(bench.reader)).to.equal('driver a');
    expect(outcome(() => bench.context.unsetDriverOps())).to.equal(undefined);
  });

  it('cxl context free: an event in flight ends with -ECANCELED', async () => {
    await using bench = await open();
    const driver = new ScriptedDriver(named('a'), named('b'));
    bench.context.setDriverOps(driver);
    bench.context.notify(2);
    bench.failCopies(1);
    expect(await now(bench.reader)).to.equal('EFAULT afu.copy');
    await bench.context.free();
    expect(driver.ends).to.deep.equal(['a -14', 'a -125', 'b -125']);
  });

  it('cxl context free: in the middle of a copy that fails, the event still ends once', async () => {
    for (const [verdict, ends] of [
      ['retry', ['a -14', 'a -125']],
      ['drop', ['a -14']],
    ] as const) {
      await using bench = await open();
      const driver = new ScriptedDriver(named('a'));
      driver.verdicts.push((): string => {
        void bench.context.free();
        return verdict;
      });
      bench.context.setDriverOps(driver);
      bench.context.notify(1);
      bench.failCopies(1);
      // Who reads when it is closed may be told either.
      expect(await next(bench.reader)).to.match(/^E(?:FAULT afu.copy|BADF afu.closed)$/);
      await bench.context.free();
      expect(driver.ends).to.deep.equal(ends);
    }
  });
}

function describeOthers(open: OpenBench<FaultyAfuBench>): void {
  it('cxl read failed copy: uses no interrupt, fault or error up', async () => {
    await using bench = await open();
    bench.context.interrupt(3);
    bench.context.fault({ address: 1n, dsisr: 2n });
    bench.context.afuError(4n);
    for (const event of ['irq 3', 'fault 1 2', 'error 4']) {
      bench.failCopies(2);
      expect(await now(bench.reader)).to.equal('EFAULT afu.copy');
      expect(await next(bench.reader)).to.equal('EFAULT afu.copy');
      expect(await bench.reader.poll()).to.equal(POLLIN | POLLRDNORM);
      expect(await now(bench.reader)).to.equal(event);
    }
    expect(await now(bench.reader)).to.equal('EAGAIN afu.empty');
  });

  it('cxl read failed copy: of one reader leaves the event to the next', async () => {
    await using bench = await open();
    bench.context.setDriverOps(new ScriptedDriver(named('a')));
    bench.failCopies(1);
    const reads = [next(bench.reader), next(bench.reader)];
    await bench.settle();
    bench.context.notify(1);
    expect(await Promise.all(reads)).to.deep.equal(['EFAULT afu.copy', 'driver a']);
  });

  it('cxl read starvation: an event that is offered again and again is one of the driver, too', async () => {
    await using bench = await open({ starvationBound: 2 });
    bench.context.setDriverOps(new ScriptedDriver(named('a')));
    bench.context.notify(1);
    bench.context.interrupt(1);
    bench.failCopies(2);
    expect(await drain(bench.reader)).to.deep.equal([
      'EFAULT afu.copy',
      'EFAULT afu.copy',
      'irq 1',
      'driver a',
      'EAGAIN afu.empty',
    ]);
  });
}
