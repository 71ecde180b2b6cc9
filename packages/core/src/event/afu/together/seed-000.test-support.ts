import { CXL_READ_MIN_SIZE, CxlEventHeader } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { drain, next, now, PROCESS_ELEMENT, type OpenBench } from './bench.test-support.js';
import {
  deferred,
  named,
  ScriptedDriver,
  type NamedEvent,
} from './scripted-driver.test-support.js';

/** What the first review wanted of the callbacks of a driver. */
export function describeSeed000(open: OpenBench): void {
  describe('callbacks of a driver (seed 000: linuxppc-dev, March 2016, review of v3)', () => {
    it('seed 000 #1: fetchEvent alone says whether there is an event; without one the read goes on', async () => {
      await using bench = await open();
      const driver = new ScriptedDriver(undefined);
      bench.context.setDriverOps(driver);
      bench.context.notify(1);
      bench.context.interrupt(4);
      expect(await next(bench.reader)).to.equal('irq 4');
      expect(driver.log).to.deep.equal(['fetch']);
      expect(await now(bench.reader)).to.equal('EAGAIN afu.empty');
    });

    it('seed 000 #2, acceptance slow fetch: while fetchEvent takes its time, nobody who makes an event waits for it', async () => {
      await using bench = await open();
      const slow = deferred<NamedEvent>();
      const driver = new ScriptedDriver(() => slow.promise, named('b'));
      bench.context.setDriverOps(driver);
      bench.context.notify(1);
      const first = next(bench.reader);
      await bench.settle();
      bench.context.interrupt(2);
      bench.context.fault({ address: 0x1000n, dsisr: 2n });
      bench.context.afuError(3n);
      bench.context.notify(1);
      expect(driver.log).to.deep.equal(['fetch']);
      slow.resolve(named('a'));
      expect(await first).to.equal('driver a');
      expect(await drain(bench.reader)).to.deep.equal([
        'driver b',
        'irq 2',
        'fault 1000 2',
        'error 3',
        'EAGAIN afu.empty',
      ]);
    });

    it('seed 000 #3: an event may be larger than the 40 bytes of struct cxl_event', async () => {
      await using bench = await open();
      const data = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
      bench.context.setDriverOps(new ScriptedDriver(named('large', data)));
      bench.context.notify(1);
      const into = new Uint8Array(CXL_READ_MIN_SIZE);
      expect(await bench.reader.read(into)).to.equal(1008);
      expect(into.subarray(8, 1008)).to.deep.equal(data);
    });

    it('seed 000 #4, acceptance two readers: the next event is fetched when the one before has ended, however many read', async () => {
      await using bench = await open();
      const slow = deferred<NamedEvent>();
      const driver = new ScriptedDriver(() => slow.promise, named('b'));
      bench.context.setDriverOps(driver);
      bench.context.notify(2);
      const reads = [next(bench.reader), next(bench.reader)];
      await bench.settle();
      expect(driver.log).to.deep.equal(['fetch']);
      slow.resolve(named('a'));
      expect((await Promise.all(reads)).sort()).to.deep.equal(['driver a', 'driver b']);
      expect(driver.log).to.deep.equal(['fetch', 'a 0', 'fetch', 'b 0']);
    });

    it('seed 000 #5: the driver is told once, with its own object, when the reader has all of it', async () => {
      await using bench = await open();
      const event = named('a');
      const driver = new ScriptedDriver(event);
      bench.context.setDriverOps(driver);
      bench.context.notify(1);
      expect(driver.ends).to.deep.equal([]);
      expect(await next(bench.reader)).to.equal('driver a');
      expect(driver.ends).to.deep.equal(['a 0']);
      expect(driver.objects[0]).to.equal(event);
      // And its memory is its own again: nobody reads it any more.
      event.data.fill(0);
      expect(await now(bench.reader)).to.equal('EAGAIN afu.empty');
    });

    it('seed 000 #6: the header tells the length of each, so that events grow without a new interface', async () => {
      await using bench = await open();
      const driver = new ScriptedDriver();
      bench.context.setDriverOps(driver);
      const into = new Uint8Array(CXL_READ_MIN_SIZE);
      for (const length of [0, 1, 32, 33, 4088]) {
        driver.push(named('sized', new Uint8Array(length)));
        bench.context.notify(1);
        expect(await bench.reader.read(into)).to.equal(8 + length);
        expect(CxlEventHeader.decode(into)).to.deep.equal({
          type: 4,
          size: 8 + length,
          process_element: PROCESS_ELEMENT,
          reserved1: 0,
        });
      }
    });

    it('seed 000 #7: an event of the driver comes before all others that are there', async () => {
      await using bench = await open();
      bench.context.afuError(1n);
      bench.context.fault({ address: 1n, dsisr: 1n });
      bench.context.interrupt(1);
      bench.context.setDriverOps(new ScriptedDriver(named('a'), named('b')));
      bench.context.notify(2);
      expect(await drain(bench.reader)).to.deep.equal([
        'driver a',
        'driver b',
        'irq 1',
        'fault 1 1',
        'error 1',
        'EAGAIN afu.empty',
      ]);
    });

    it('seed 000 #8: fetchEvent hands over what is ready, or sleeps until it is', async () => {
      await using bench = await open();
      const driver = new ScriptedDriver(named('ready'), () => Promise.resolve(named('slept')));
      bench.context.setDriverOps(driver);
      bench.context.notify(2);
      expect(await next(bench.reader)).to.equal('driver ready');
      expect(await next(bench.reader)).to.equal('driver slept');
      expect(driver.ends).to.deep.equal(['ready 0', 'slept 0']);
    });
  });
}
